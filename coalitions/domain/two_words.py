"""Pairs of words that two people compare by voice or by messaging app to be sure of each other.

128 short common words, which makes 16,256 pairs of two different ones. Both read the pair in one language, the
invitation's, so that they compare the same words.
"""

import secrets

# One line per word, one column per language; other languages use the English words.
LANGUAGES = ("en", "fr", "es")
WORDS = [
    tuple(line.split())
    for line in """
apple pomme manzana
arrow flèche flecha
autumn automne otoño
bamboo bambou bambú
banana banane plátano
basket panier cesta
beach plage playa
bell cloche campana
bench banc banco
bird oiseau pájaro
blanket couverture manta
boat bateau barco
book livre libro
bottle bouteille botella
box boîte caja
bread pain pan
bridge pont puente
broom balai escoba
bucket seau cubo
butter beurre mantequilla
button bouton botón
camel chameau camello
candle bougie vela
carpet tapis alfombra
carrot carotte zanahoria
castle château castillo
cat chat gato
chair chaise silla
cherry cerise cereza
chicken poule gallina
circus cirque circo
clock horloge reloj
cloud nuage nube
coat manteau abrigo
coffee café café
comb peigne peine
corn maïs maíz
cotton coton algodón
crab crabe cangrejo
crown couronne corona
cup tasse taza
curtain rideau cortina
dance danse baile
desert désert desierto
diamond diamant diamante
dog chien perro
dolphin dauphin delfín
donkey âne burro
door porte puerta
dragon dragon dragón
drum tambour tambor
duck canard pato
eagle aigle águila
earth terre tierra
egg œuf huevo
elephant éléphant elefante
feather plume pluma
field champ campo
finger doigt dedo
fire feu fuego
fish poisson pez
flag drapeau bandera
flower fleur flor
flute flûte flauta
forest forêt bosque
fork fourchette tenedor
fountain fontaine fuente
fox renard zorro
frog grenouille rana
garden jardin jardín
garlic ail ajo
ginger gingembre jengibre
giraffe girafe jirafa
glass verre vaso
glove gant guante
goat chèvre cabra
gold or oro
grape raisin uva
grass herbe hierba
guitar guitare guitarra
hammer marteau martillo
harbour port puerto
hat chapeau sombrero
heart cœur corazón
honey miel miel
horse cheval caballo
house maison casa
island île isla
jacket veste chaqueta
kettle bouilloire tetera
key clé llave
kitchen cuisine cocina
knot nœud nudo
ladder échelle escalera
lake lac lago
lamp lampe lámpara
leaf feuille hoja
lemon citron limón
letter lettre carta
lion lion león
mango mangue mango
map carte mapa
market marché mercado
mirror miroir espejo
moon lune luna
mountain montagne montaña
needle aiguille aguja
night nuit noche
ocean océan océano
onion oignon cebolla
orchestra orchestre orquesta
palm palmier palmera
parrot perroquet loro
pearl perle perla
pepper poivre pimienta
piano piano piano
pillow oreiller almohada
pocket poche bolsillo
rain pluie lluvia
ribbon ruban cinta
rice riz arroz
river rivière río
roof toit tejado
rope corde cuerda
salt sel sal
sand sable arena
ship navire buque
shoe chaussure zapato
""".strip().splitlines()
]


def two_of_them() -> tuple[int, int]:
    """The places of two different words, at random."""
    first, second = secrets.SystemRandom().sample(range(len(WORDS)), 2)
    return first, second


def in_language(first: int, second: int, language: str) -> str:
    """The pair as people read it: "lamp – river"."""
    place = LANGUAGES.index(language if language in LANGUAGES else "en")
    return f"{WORDS[first][place]} – {WORDS[second][place]}"
