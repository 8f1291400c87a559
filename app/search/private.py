"""Words that find nobody who says them of themselves: sex, age, family, origin, faith, health, home.

Some stand in names of jobs (« sage-femme », « personnes âgées »): there they can be found, since a job says
nothing of who looks for it; in what somebody says or writes freely they cannot.  Languages are found by the
level that somebody declares.  Source: Code pénal, article 225-1 (criteria of discrimination).
"""

import re

# Said of oneself, they say who somebody is: no card quotes their sentence either.
WHO = (
    # sex and family
    "femme homme fille garçon monsieur madame mademoiselle féminin féminine masculin masculine mère père "
    "maman papa frère sœur famille familial familiale familiaux époux épouse mari marié mariée célibataire "
    "divorcé divorcée veuf veuve enceinte grossesse maternité paternité gay lesbienne homosexuel "
    "homosexuelle transgenre "
    # age
    "âge âgé âgée vieux vieille adolescent adolescente ado mineur majeur majorité anniversaire né née "
    "naissance aîné cadet "
    # origin
    "origine originaire natif native nationalité immigré immigrée immigration migrant réfugié réfugiée "
    "asile papiers métis métisse race racine pays bled afrique africain africaine maghreb maghrébin "
    "maghrébine algérie algérien algérienne maroc marocain marocaine tunisie tunisien tunisienne berbère "
    "kabyle kabylie sénégal sénégalais sénégalaise mali malien malienne guinée guinéen guinéenne ivoirien "
    "ivoirienne comores comorien comorienne congo congolais congolaise cameroun camerounais camerounaise "
    "antillais antillaise créole haïti haïtien haïtienne turquie kurde syrie syrien syrienne afghan "
    "afghane afghanistan ukraine ukrainien ukrainienne roumain roumaine roumanie bulgare albanais "
    "albanaise rom gitan gitane tsigane manouche pakistanais pakistanaise tamoul "
    # faith and opinion
    "religion religieux religieuse croyant croyante dieu islam musulman musulmane chrétien chrétienne "
    "catholique protestant protestante juif juive imam mosquée église voile foulard ramadan prière "
    "syndiqué syndiquée "
    # health
    "handicap handicapé handicapée invalide invalidité malade maladie sourd sourde muet muette aveugle "
    "autiste autisme dyslexique dyslexie dépression cancer "
    # home and past
    "quartier qpv cité banlieue habiter habite habité habitons habitez habitent habitais "
    "habitait habitions habitaient habitant habitante domicile foyer hébergé hébergée "
    "prison détenu détenue détention chômage "
)
# They speak of work as well, in a sentence that a card may quote.
AMBIGUOUS = (
    "dame enfant bébé parent fils an jeune jeunesse senior junior adulte étranger étrangère étrangers noir "
    "noire blanc blanche village continent national international arabe wolof peul bambara lingala "
    "swahili turc turque russe russie portugais portugaise portugal espagnol espagnole espagne italien "
    "italienne italie polonais polonaise pologne allemand allemande allemagne anglais anglaise angleterre "
    "américain américaine amérique européen européenne europe asie asiatique chinois chinoise chine "
    "vietnamien vietnamienne vietnam japonais japonaise japon indien indienne inde bengali français "
    "française france breton bretonne alsacien alsacienne corse politique syndicat syndical santé "
    "fauteuil obèse gros grosse maigre grand grande petit petite beau belle ville zone prioritaire "
    "résidence logement adresse immeuble pauvre pauvreté militaire un deux trois quatre cinq six sept "
    "huit neuf dix onze douze treize quatorze quinze seize vingt trente"
)
PRIVATE = WHO + AMBIGUOUS
SAID = re.compile(rf"\b(?:{'|'.join(WHO.split())})(?:e?s)?\b", re.IGNORECASE)
OF_ONESELF = "|".join(word for word in AMBIGUOUS.split() if word != "un")
IS = re.compile(rf"\bje suis (?:une? )?(?:{OF_ONESELF})(?:e?s)?\b", re.IGNORECASE)


def says_who(sentence: str) -> bool:
    """Tell whether a sentence says who somebody is: by such a word, or « je suis » before one that may be."""
    return SAID.search(sentence) is not None or IS.search(sentence) is not None
