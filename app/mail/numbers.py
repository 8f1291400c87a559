"""Numbers that take text messages, as networks write them."""

# Overseas mobiles keep their own country code under the French plan.
# Source: Arcep, plan national de numérotation (decision 2018-0881 as amended), blocks 063, 069.
OVERSEAS = {
    "0639": "+262",
    "0690": "+590",
    "0691": "+590",
    "0692": "+262",
    "0693": "+262",
    "0694": "+594",
    "0696": "+596",
    "0697": "+596",
}
MOBILE = ("06", "07")


def mobile(digits: str) -> str:
    """Return a French mobile (ten digits) as « +33612345678 »; empty for a number that takes no text."""
    if len(digits) != len("0612345678") or not digits.isdecimal() or not digits.startswith(MOBILE):
        return ""
    return OVERSEAS.get(digits[:4], "+33") + digits[1:]
