"""Who gets what at every address, in one table: a row for each route, a column for each who asks.

Addresses name things of the first structure, resident or company: to the second ones they are somebody
else's, and do not exist.  `asking.py` says what is sent, with everything in a state where it works.
"""

ASKERS = {
    "V": "visitor",
    "R": "resident",
    "r": "other resident",
    "E": "recruiter",
    "e": "other recruiter",
    "w": "waiting recruiter",
    "A": "adviser",
    "a": "other adviser",
    "F": "funder",
    "O": "admin",
    "P": "program",
    "p": "other program",
}
OUTCOMES = {
    "+": "is served",
    "?": "must sign in, or show a key",
    ".": "does not exist for them",
    "x": "is known to them and refused",
}
TABLE = """
                                                                                   V Rr Ee w Aa F O Pp
GET /healthz                                                                       + ++ ++ + ++ + + ++
GET /readyz                                                                        + ++ ++ + ++ + + ++
GET /version                                                                       + ++ ++ + ++ + + ++
GET /problemes/{slug}                                                              + ++ ++ + ++ + + ++
GET /media/{key:path}                                                              + ++ ++ + ++ + + ++
HEAD /media/{key:path}                                                             + ++ ++ + ++ + + ++

GET /                                                                              + ++ ++ + ++ + + ++
GET /moi                                                                           ? ++ .. . .. . . ??
GET /accessibilite                                                                 + ++ ++ + ++ + + ++
GET /confidentialite                                                               + ++ ++ + ++ + + ++
GET /mentions-legales                                                              + ++ ++ + ++ + + ++

GET /connexion                                                                     + ++ ++ + ++ + + ++
POST /connexion                                                                    + ++ ++ + ++ + + ++
GET /connexion/lien                                                                + ++ ++ + ++ + + ++
POST /connexion/lien                                                               + ++ ++ + ++ + + ++
GET /connexion/lien/envoye                                                         + ++ ++ + ++ + + ++
GET /connexion/lien/{token}                                                        + xx xx x xx x x xx
POST /connexion/lien/{token}                                                       + xx xx x xx x x xx
GET /connexion/code                                                                ? ++ ++ + ++ + + ??
POST /connexion/code                                                               ? ++ ++ + ++ + + ??
POST /deconnexion                                                                  + ++ ++ + ++ + + ++

POST /langue                                                                       + ++ ++ + ++ + + ++

GET /invitation/{token}                                                            + ++ ++ + ++ + + ++
POST /invitation/{token}                                                           + ++ ++ + ++ + + ++

GET /compte                                                                        ? ++ ++ + ++ + + ??
POST /compte/sessions/{session_id}/fermer                                          ? ++ ++ + ++ + + ??
POST /compte/sessions/fermer                                                       ? ++ ++ + ++ + + ??
POST /compte/mot-de-passe                                                          ? ++ ++ + ++ + + ??
GET /compte/code                                                                   ? ++ ++ + ++ + + ??
POST /compte/code                                                                  ? ++ ++ + ++ + + ??
POST /compte/code/changer                                                          ? ++ ++ + ++ + + ??
POST /compte/code/garder                                                           ? ++ ++ + ++ + + ??
POST /compte/code/secours                                                          ? ++ ++ + ++ + + ??
GET /compte/coordonnees                                                            ? ++ ++ + ++ + + ??
POST /compte/coordonnees                                                           ? ++ ++ + ++ + + ??
POST /compte/coordonnees/messages                                                  ? ++ .. . .. . . ??
GET /compte/adresse/{token}                                                        + ++ ++ + ++ + + ++
POST /compte/adresse/{token}                                                       + ++ ++ + ++ + + ++

GET /moi/accord                                                                    ? ++ .. . .. . . ??
POST /moi/accord                                                                   ? ++ .. . .. . . ??
POST /moi/accord/retirer                                                           ? ++ .. . .. . . ??

GET /moi/quartier                                                                  ? ++ .. . .. . . ??
POST /moi/quartier                                                                 ? ++ .. . .. . . ??

GET /inscription                                                                   + ++ ++ + ++ + + ++
GET /inscription/entreprise                                                        + ++ ++ + ++ + + ++
POST /inscription/siret                                                            + ++ ++ + ++ + + ++
POST /inscription/entreprise                                                       + ++ ++ + ++ + + ++
GET /inscription/confirmation                                                      ? ++ ++ + ++ + + ??
POST /inscription/confirmation                                                     ? ++ ++ + ++ + + ??
GET /inscription/confirmation/{token}                                              + ++ ++ + ++ + + ++
POST /inscription/confirmation/{token}                                             x xx xx x xx x x xx
GET /entreprise                                                                    ? .. ++ + .. . . ??
GET /entreprise/{organisation_id}/presentation                                     ? .. +. . .. . . ??
POST /entreprise/{organisation_id}/presentation                                    ? .. +. . .. . . ??
GET /entreprise/{organisation_id}/collegues                                        ? .. +. . .. . . ??
POST /entreprise/{organisation_id}/collegues                                       ? .. +. . .. . . ??
POST /entreprise/{organisation_id}/collegues/{person_id}/inviter                   ? .. +. . .. . . ??
POST /entreprise/{organisation_id}/collegues/{person_id}/retirer                   ? .. +. . .. . . ??
GET /entreprises                                                                   ? .. .. . ++ . . ??
POST /entreprises/{organisation_id}/recommandation                                 ? .. .. . ++ . . ??
GET /entreprises/{organisation_id}                                                 ? ++ .. . ++ . . ??

GET /administration                                                                ? .. .. . .. . + ??
GET /administration/journal                                                        ? .. .. . .. . + ??
GET /administration/structures/nouvelle                                            ? .. .. . .. . + ??
POST /administration/structures/nouvelle                                           ? .. .. . .. . + ??
GET /administration/organisations/{organisation_id}                                ? .. .. . .. . + ??
POST /administration/organisations/{organisation_id}/verifier                      ? .. .. . .. . + ??
POST /administration/organisations/{organisation_id}/refuser                       ? .. .. . .. . + ??
POST /administration/organisations/{organisation_id}/suspendre                     ? .. .. . .. . + ??
POST /administration/organisations/{organisation_id}/inviter                       ? .. .. . .. . + ??
POST /administration/organisations/{organisation_id}/inviter/{person_id}           ? .. .. . .. . + ??
POST /administration/organisations/{organisation_id}/membres/{person_id}/suspendre ? .. .. . .. . + ??
POST /administration/organisations/{organisation_id}/membres/{person_id}/retablir  ? .. .. . .. . + ??
POST /administration/organisations/{organisation_id}/membres/{person_id}/code      ? .. .. . .. . + ??
GET /administration/signalements                                                   ? .. .. . .. . + ??
GET /administration/signalements/{flag_id}                                         ? .. .. . .. . + ??
POST /administration/signalements/{flag_id}                                        ? .. .. . .. . + ??

GET /lieux/communes                                                                + ++ ++ + ++ + + ++
GET /lieux/contours/{vintage}/{row}/{column}                                       + ++ ++ + ++ + + ++
POST /lieux/quartier                                                               ? ++ .. . ++ . . ??
GET /lieux/metiers                                                                 + ++ ++ + ++ + + ++

GET /moi/profil                                                                    ? ++ .. . .. . . ??
POST /moi/profil                                                                   ? ++ .. . .. . . ??
GET /moi/profil/metiers                                                            ? ++ .. . .. . . ??
POST /moi/profil/metiers                                                           ? ++ .. . .. . . ??
POST /moi/profil/metiers/ajout                                                     ? ++ .. . .. . . ??
POST /moi/profil/metiers/retrait                                                   ? ++ .. . .. . . ??
GET /moi/profil/atouts                                                             ? ++ .. . .. . . ??
POST /moi/profil/atouts                                                            ? ++ .. . .. . . ??
POST /moi/profil/atouts/langues                                                    ? ++ .. . .. . . ??
POST /moi/profil/atouts/langues/retrait                                            ? ++ .. . .. . . ??
GET /moi/profil/zones                                                              ? ++ .. . .. . . ??
POST /moi/profil/zones/ajout                                                       ? ++ .. . .. . . ??
POST /moi/profil/zones/retrait                                                     ? ++ .. . .. . . ??
GET /moi/texte                                                                     ? ++ .. . .. . . ??
POST /moi/texte                                                                    ? ++ .. . .. . . ??
GET /moi/presentation                                                              ? ++ .. . .. . . ??
POST /moi/presentation                                                             ? ++ .. . .. . . ??
GET /moi/envoi                                                                     ? ++ .. . .. . . ??
POST /moi/envoi                                                                    ? ++ .. . .. . . ??
POST /moi/envoi/reprise                                                            ? ++ .. . .. . . ??
POST /moi/pause                                                                    ? ++ .. . .. . . ??
POST /moi/reprise                                                                  ? ++ .. . .. . . ??
POST /moi/retrait                                                                  ? ++ .. . .. . . ??
POST /moi/trouve                                                                   ? ++ .. . .. . . ??
GET /moi/retrait                                                                   ? ++ .. . .. . . ??
GET /moi/trouve                                                                    ? ++ .. . .. . . ??
POST /moi/trouve/comment                                                           ? ++ .. . .. . . ??

GET /relecture                                                                     ? .. .. . ++ . . ??
GET /relecture/{profile_id}                                                        ? .. .. . +. . . ??
GET /relecture/{profile_id}/lecture                                                ? .. .. . +. . . ??
GET /relecture/{profile_id}/image                                                  ? .. .. . +. . . ??
POST /relecture/{profile_id}/image                                                 ? .. .. . +. . . ??
POST /relecture/{profile_id}/accord                                                ? .. .. . +. . . ??
POST /relecture/{profile_id}/reprise                                               ? .. .. . +. . . ??

GET /moi/video                                                                     ? ++ .. . .. . . ??
GET /moi/video/nouvelle                                                            ? ++ .. . .. . . ??
POST /moi/video/nouvelle                                                           ? ++ .. . .. . . ??
POST /moi/video/{video_id}/reessayer                                               ? +. .. . .. . . ??
POST /moi/video/{video_id}/supprimer                                               ? +. .. . .. . . ??
GET /moi/video/{video_id}/image                                                    ? +. .. . .. . . ??
POST /moi/video/{video_id}/image                                                   ? +. .. . .. . . ??
GET /moi/video/{video_id}/couper                                                   ? +. .. . .. . . ??
POST /moi/video/{video_id}/couper                                                  ? +. .. . .. . . ??
POST /moi/video/{video_id}/entiere                                                 ? +. .. . .. . . ??
POST /moi/video/{video_id}/garder                                                  ? +. .. . .. . . ??
POST /moi/video/debit                                                              ? ++ .. . .. . . ??
POST /moi/video/envois                                                             ? +. .. . .. . . ??
GET /moi/video/{video_id}/lecture                                                  ? +. .. . .. . . ??
GET /moi/video/sous-titres                                                             ? ++ .. . .. . . ??
GET /sous-titres/{video_id}                                                            ? +. .. . +. . . ??
GET /sous-titres/{video_id}/lecture                                                    ? +. .. . +. . . ??
GET /sous-titres/{video_id}/fichier                                                    ? +. .. . +. . . ??
GET /sous-titres/{video_id}/progression                                                ? +. .. . +. . . ??
POST /sous-titres/{video_id}                                                           ? +. .. . +. . . ??
POST /sous-titres/{video_id}/texte                                                     ? +. .. . +. . . ??
POST /sous-titres/{video_id}/fichier                                                   ? +. .. . +. . . ??
POST /sous-titres/{video_id}/depart                                                    ? +. .. . +. . . ??
POST /sous-titres/{video_id}/signe                                                     ? +. .. . +. . . ??
POST /sous-titres/{video_id}/valider                                                   ? +. .. . +. . . ??
GET /medias/{token}/sous-titres/{name}.vtt                                             + ++ ++ + ++ + + ++
GET /medias/{token}/{name}                                                         + ++ ++ + ++ + + ++
GET /moi/video/{video_id}/progression                                              ? +. .. . .. . . ??

GET /moi/vues                                                                      ? ++ .. . .. . . ??
POST /lectures                                                                     ? .. ++ . .. . . ??
POST /lectures/{viewing_id}/battements                                             ? .. +. . .. . . ??
POST /candidats/{slug}/avis                                                        ? .. +. . .. . . ??

GET /candidats/{slug}/contact                                                      ? .. ++ . .. . . ??
POST /candidats/{slug}/contact                                                     ? .. ++ . .. . . ??
GET /messages                                                                      ? .. ++ + .. . . ??
GET /messages/{contact_id}                                                         ? .. +. . .. . . ??
POST /messages/{contact_id}/coordonnees                                            ? .. +. . .. . . ??
POST /messages/{contact_id}/reponse                                                ? .. +. . .. . . ??
GET /moi/messages                                                                  ? ++ .. . .. . . ??
GET /moi/messages/{contact_id}                                                     ? +. .. . .. . . ??
POST /moi/messages/{contact_id}/lire                                               ? +. .. . .. . . ??
POST /moi/messages/{contact_id}/accepter                                           ? +. .. . .. . . ??
POST /moi/messages/{contact_id}/refuser                                            ? +. .. . .. . . ??
GET /moi/messages/{contact_id}/rendez-vous.ics                                     ? +. .. . .. . . ??
GET /r/{token}                                                                     + ++ ++ + ++ + + ++
POST /r/{token}/oui                                                                + ++ ++ + ++ + + ++
POST /r/{token}/non                                                                + ++ ++ + ++ + + ++
POST /r/{token}/annuler                                                            + ++ ++ + ++ + + ++
POST /r/{token}/pas-moi                                                            + ++ ++ + ++ + + ++
GET /r/{token}/rendez-vous.ics                                                     + ++ ++ + ++ + + ++
GET /moi/messages/{contact_id}/suite                                               ? +. .. . .. . . ??
POST /moi/messages/{contact_id}/suite                                              ? +. .. . .. . . ??
POST /moi/messages/{contact_id}/suite/{outcome_id}                                 ? +. .. . .. . . ??
POST /moi/messages/{contact_id}/nouvelles                                          ? +. .. . .. . . ??
GET /messages/{contact_id}/suite                                                   ? .. +. . .. . . ??
POST /messages/{contact_id}/suite                                                  ? .. +. . .. . . ??
POST /messages/{contact_id}/suite/{outcome_id}                                     ? .. +. . .. . . ??
POST /messages/collegues/{person_id}/reprendre                                     ? .. +. . .. . . ??
POST /messages/{contact_id}/arreter                                                ? .. +. . .. . . ??
GET /moi/entreprises-bloquees                                                      ? ++ .. . .. . . ??
POST /moi/entreprises/{organisation_id}/bloquer                                    ? +. .. . .. . . ??
POST /moi/entreprises/{organisation_id}/debloquer                                  ? +. .. . .. . . ??
GET /signaler                                                                      + ++ ++ + ++ + + ++
POST /signaler                                                                     ? +. +. . +. . . ??

GET /candidats                                                                     ? .. ++ + .. . . ??
GET /candidats/suggestions                                                         ? .. ++ + .. . . ??
GET /candidats/lieux                                                               ? .. ++ + .. . . ??
GET /candidats/{slug}                                                              ? .. ++ . .. . . ??
GET /candidats/{slug}/lecture                                                      ? .. ++ . .. . . ??
POST /candidats/{slug}/favori                                                      ? .. ++ . .. . . ??
POST /candidats/{slug}/favori/retrait                                              ? .. ++ . .. . . ??
GET /favoris                                                                       ? .. ++ + .. . . ??
GET /favoris/{slug}                                                                ? .. +. . .. . . ??
POST /favoris/{slug}                                                               ? .. +. . .. . . ??
GET /moi/notes                                                                     ? ++ .. . .. . . ??
POST /moi/notes                                                                    ? ++ .. . .. . . ??
GET /alertes                                                                       ? .. ++ + .. . . ??
POST /alertes                                                                      ? .. ++ . .. . . ??
POST /alertes/{search_id}                                                          ? .. +. . .. . . ??
POST /alertes/{search_id}/pause                                                    ? .. +. . .. . . ??
POST /alertes/{search_id}/reprise                                                  ? .. +. . .. . . ??
POST /alertes/{search_id}/retrait                                                  ? .. +. . .. . . ??
POST /alertes/{search_id}/retour                                                   ? .. +. . .. . . ??
POST /alertes/{search_id}/besoin                                                   ? .. +. . .. . . ??
GET /alertes/arret/{search_id}/{token}                                             + ++ ++ + ++ + + ++
POST /alertes/arret/{search_id}/{token}                                            + ++ ++ + ++ + + ++
GET /besoins                                                                       ? .. ++ + .. . . ??
GET /besoins/nouveau                                                               ? .. ++ + .. . . ??
POST /besoins/nouveau                                                              ? .. ++ + .. . . ??
POST /besoins/recherche                                                            ? .. ++ + .. . . ??
GET /besoins/{need_id}                                                             ? .. +. . .. . . ??
POST /besoins/{need_id}                                                            ? .. +. . .. . . ??
GET /besoins/arret/{person_id}/{token}                                             + ++ ++ + ++ + + ++
POST /besoins/arret/{person_id}/{token}                                            + ++ ++ + ++ + + ++
POST /besoins/arret/{person_id}/{token}/reprise                                    + ++ ++ + ++ + + ++
GET /moi/propositions                                                              ? ++ .. . .. . . ??
POST /moi/propositions/{proposal_id}/accepter                                      ? +. .. . .. . . ??
POST /moi/propositions/{proposal_id}/refuser                                       ? +. .. . .. . . ??
POST /moi/propositions/{proposal_id}/reprendre                                     ? +. .. . .. . . ??

GET /accompagnement                                                                ? .. .. . ++ . . ??
GET /accompagnement/entreprises                                                    ? .. .. . ++ . . ??
GET /accompagnement/taches                                                         ? .. .. . ++ . . ??
POST /accompagnement/taches/{task_id}/faite                                        ? .. .. . +. . . ??
POST /accompagnement/taches/{task_id}/reprendre                                    ? .. .. . +. . . ??
GET /accompagnement/besoins                                                        ? .. .. . ++ . . ??
POST /accompagnement/besoins/e-mails/arret                                         ? .. .. . ++ . . ??
POST /accompagnement/besoins/e-mails/reprise                                       ? .. .. . ++ . . ??
GET /accompagnement/besoins/{need_id}                                              ? .. .. . ++ . . ??
POST /accompagnement/besoins/{need_id}                                             ? .. .. . ++ . . ??
POST /accompagnement/besoins/{need_id}/propositions/{proposal_id}/retirer          ? .. .. . +. . . ??
GET /accompagnement/inviter                                                        ? .. .. . ++ . . ??
POST /accompagnement/inviter                                                       ? .. .. . ++ . . ??
GET /accompagnement/{person_id}                                                    ? .. .. . +. . . ??
GET /accompagnement/{person_id}/comptes                                            ? .. .. . +. . . ??
GET /accompagnement/{person_id}/coordonnees                                        ? .. .. . +. . . ??
POST /accompagnement/{person_id}/coordonnees                                       ? .. .. . +. . . ??
POST /accompagnement/{person_id}/invitation                                        ? .. .. . +. . . ??
GET /accompagnement/{person_id}/naissance                                          ? .. .. . +. . . ??
POST /accompagnement/{person_id}/naissance                                         ? .. .. . +. . . ??
GET /accompagnement/{person_id}/quartier                                           ? .. .. . +. . . ??
POST /accompagnement/{person_id}/quartier                                          ? .. .. . +. . . ??
GET /accompagnement/{person_id}/responsable                                        ? .. .. . +. . . ??
POST /accompagnement/{person_id}/responsable                                       ? .. .. . +. . . ??
POST /accompagnement/{person_id}/responsable/retirer                               ? .. .. . +. . . ??
GET /accompagnement/{person_id}/messages/{contact_id}                              ? .. .. . +. . . ??
POST /accompagnement/{person_id}/messages/{contact_id}/transmettre                 ? .. .. . +. . . ??
POST /accompagnement/{person_id}/messages/{contact_id}/decliner                    ? .. .. . +. . . ??
POST /accompagnement/{person_id}/messages/{contact_id}/reponse                     ? .. .. . +. . . ??
POST /accompagnement/{person_id}/messages/{contact_id}/suite                       ? .. .. . +. . . ??
POST /accompagnement/{person_id}/messages/{contact_id}/suite/{outcome_id}          ? .. .. . +. . . ??
POST /accompagnement/{person_id}/messages/{contact_id}/nouvelles                   ? .. .. . +. . . ??

GET /bilan                                                                         ? .. .. . ++ + + ??
GET /bilan/convention                                                              ? .. .. . ++ + + ??
GET /bilan/faits                                                                   ? .. .. . ++ . + ??
GET /bilan.csv                                                                     ? .. .. . ++ + + ??
GET /bilan.xlsx                                                                    ? .. .. . ++ + + ??
GET /bilan/tableaux.csv                                                            ? .. .. . ++ + + ??
GET /statistiques                                                                  + ++ ++ + ++ + + ++

GET /compte/donnees                                                                ? .. ++ + ++ + + ??
POST /compte/donnees.json                                                          ? .. ++ + ++ + + ??
POST /compte/donnees/fermer                                                        ? .. ++ + ++ + + ??
GET /compte/ferme                                                                  + ++ ++ + ++ + + ++
GET /moi/donnees                                                                   ? ++ .. . .. . . ??
POST /moi/donnees.json                                                             ? ++ .. . .. . . ??
POST /moi/donnees/effacer                                                          ? ++ .. . .. . . ??
GET /donnees-effacees                                                              + ++ ++ + ++ + + ++

GET /api                                                                           + ++ ++ + ++ + + ++
GET /api/v1/profiles                                                               ? ?? ?? ? ?? ? ? ++
GET /api/v1/profiles/{profile_id}                                                  ? ?? ?? ? ?? ? ? +.
GET /api/v1/openapi.json                                                           + ++ ++ + ++ + + ++

DELETE /files                                                                      x xx xx x xx x x xx
HEAD /files                                                                        x xx xx x xx x x xx
OPTIONS /files                                                                     + ++ ++ + ++ + + ++
PATCH /files                                                                       x xx xx x xx x x xx
POST /files                                                                        ? ++ .. . .. . . ??
DELETE /files/                                                                     x xx xx x xx x x xx
HEAD /files/                                                                       x xx xx x xx x x xx
OPTIONS /files/                                                                    + ++ ++ + ++ + + ++
PATCH /files/                                                                      x xx xx x xx x x xx
POST /files/                                                                       ? ++ .. . .. . . ??
DELETE /files/{upload_id}                                                          ? +. .. . .. . . ??
HEAD /files/{upload_id}                                                            ? +. .. . .. . . ??
OPTIONS /files/{upload_id}                                                         + ++ ++ + ++ + + ++
PATCH /files/{upload_id}                                                           ? +. .. . .. . . ??
POST /files/{upload_id}                                                            x xx xx x xx x x xx
"""


def expected(table: str = TABLE) -> dict[str, dict[str, str]]:
    """Return the outcome of each route (« GET /moi ») for each who asks, as the table says it."""
    head, *rows = filter(str.strip, table.splitlines())
    names = [ASKERS[letter] for letter in head.replace(" ", "")]
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        method, path, *marks = row.split()
        found[f"{method} {path}"] = dict(zip(names, "".join(marks), strict=True))
    return found
