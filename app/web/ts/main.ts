/** Binds each behaviour to the elements that ask for it, loading its code only then. */
document.documentElement.dataset["visavisScript"] = "";
