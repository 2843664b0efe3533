"""Names of invented people: the pools they are drawn from, and the key two spellings share."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

TITLES = ("Dr.", "Mr.", "Mrs.", "Ms.", "Prof.")
SUFFIXES = ("Jr.", "Sr.", "II", "III", "PhD", "EdD", "M.D.")
_TITLE = re.compile(r"^(dr|mr|mrs|ms|prof)[. ]\s*", re.IGNORECASE)
_SUFFIX_WORDS = frozenset({"jr", "sr", "ii", "iii", "iv", "md", "phd", "edd"})
_PARTICLES = frozenset({"de", "la", "del", "los", "van", "der", "von", "st"})


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Each given name with what friends call its bearers.
GIVEN_NAMES: tuple[tuple[str, ...], ...] = tuple(
    tuple(entry.split("/"))
    for entry in _words("""
    Aaliyah Aaron Abigail/Abby Ada Adam Adrian Adriana Agnes Aisha Alan Albert/Al Alejandra
    Alejandro Alexander/Alex Alfred/Fred Alice Alicia Allison/Allie Alma Alonzo Alyssa
    Amanda/Mandy Amara Amber Amelia/Millie Amir Amy Ana Andre Andrea Andrew/Andy
    Angela/Angie Anika Anita Ann Anthony/Tony Antonio April Arjun Arthur/Art Ashley Audrey
    Austin Barbara/Barb Beatriz Benjamin/Ben Bernard/Bernie Beth Bethany Beverly Bianca
    Blake Brandon Brenda Brian Brianna Bridget Brooke Bruce Caleb Calvin Cameron/Cam Carla
    Carlos Carmen Carol Caroline Carolyn Catherine/Cathy Cedric Cesar Charles/Chuck
    Charlotte/Lottie Chelsea Cheryl Chloé Christina/Tina Christopher/Chris Cindy Claire
    Clarence Claudia Clifton Colin Connor Constance/Connie Corey Craig Crystal Curtis
    Cynthia Daisy Damon Daniel/Dan/Danny Darius Darlene Darnell David/Dave Dawn
    Deborah/Debbie Denise Dennis Derek Desmond Diana Diego Dominic/Dom Donald/Don Donna
    Doris Dorothy/Dottie Douglas/Doug Dwayne Edith Eduardo Edward/Ed/Eddie Edwin Eileen
    Elaine Elena Elias Elizabeth/Liz/Beth Ella Ellen Emily Emma Eric Erica Erin Ernest/Ernie
    Esmeralda Esther Ethan Eugene/Gene Evelyn Faith Fatima Felicia Felix Fernando Fiona
    Florence Frances/Fran Francisco/Paco Franklin/Frank Gabriel/Gabe Gabriela/Gabby Gail
    Gary Genevieve Geoffrey/Geoff George Georgia Gerald/Jerry Gilbert/Gil Gina Glenn Gloria
    Grace Gregory/Greg Guadalupe/Lupe Hannah Harold/Harry Harriet Hassan Heather Hector
    Heidi Helen Henry/Hank Herbert/Herb Holly Howard Ian Ibrahim Imani Inés Irene Isaac/Ike
    Isabel/Izzy Ivan Jacob/Jake Jacqueline/Jackie Jada Jamal James/Jim/Jimmy Janet Janice
    Jasmine Javier Jean Jeffrey/Jeff Jennifer/Jenny Jeremy Jerome Jesse Jessica/Jess Joan
    Joaquín Jocelyn Joel Jonathan/Jon Jordan José Joseph/Joe Joshua/Josh Joy Joyce Juan
    Juanita Judith/Judy Julia Julián Justin Kara Karen Katherine/Kate/Katie Keisha Keith
    Kelly Kendra Kenneth/Ken/Kenny Kevin Kiara Kimberly/Kim Kofi Kristen Kyle Lakisha Lamar
    Latoya Laura Lauren Lawrence/Larry Leah Leonard/Leo Leslie Lillian/Lily Linda Lisa
    Lorenzo Louis/Lou Lucía Lucy Luis Lydia Lyle Mabel Madison/Maddie Malik Marcus
    Margaret/Maggie/Peg María Marilyn Mario Marisol Marjorie/Marge Marlene Marshall Martha
    Martin/Marty Marvin Mateo Matthew/Matt Maureen Maxwell/Max Megan/Meg Mei Melissa/Missy
    Melvin/Mel Mercedes Michael/Mike/Mikey Michelle/Shelly Miguel Mildred Miles Minh Miranda
    Mohamed Molly Monica Monique Morgan Muriel Nadia Nancy Naomi Natalie Nathaniel/Nate Neil
    Nicholas/Nick Nicole/Nikki Noah Noelle Nora Octavia Olga Olivia/Liv Omar Oscar
    Pamela/Pam Patricia/Patty Paul Pauline Pedro Penelope/Penny Percy Peter/Pete Philip/Phil
    Phyllis Priscilla Priya Quentin Rachel Rafael/Rafa Ralph Ramón Randall/Randy Raquel
    Raymond/Ray Rebecca/Becky Regina René Rhonda Ricardo Richard/Rick/Dick Robert/Bob/Rob
    Roberta Rodney/Rod Roger Ronald/Ron Rosa Rosalind/Roz Rose Roxanne Roy Ruben
    Russell/Russ Ruth Sabrina Salma Samuel/Sam/Sammy Sandra/Sandy Sara Saul Scott Sean
    Selena Serena Sergio Shannon Sharon Sheila Sherri Shirley Sidney/Sid Simone Sofía Sonia
    Spencer Stacy Stanley/Stan Stella Stephen/Steve Stuart/Stu Susan/Sue Sylvia Tamika Tanya
    Teresa/Terri Terrence/Terry Thaddeus/Thad Theodore/Ted Thomas/Tom/Tommy Tiffany
    Timothy/Tim Tobias/Toby Todd Tomás Travis Trevor Tricia Trinh Tyrone Valerie/Val Vanessa
    Vera Vernon Veronica/Ronnie Victor/Vic Victoria/Vicki Vincent/Vince Violet
    Virginia/Ginny Vivian Wallace/Wally Walter/Walt Wanda Warren Wayne Wendy Wesley/Wes
    Whitney Wilfred/Will William/Bill/Billy Winifred/Winnie Xavier Ximena Yesenia Yolanda
    Yusuf Yvette Yvonne Zachary/Zach Zelda Zoë
    """)
)

MIDDLE_NAMES = _words("Adele Blythe Coralee Delphine Elwood Fern Gideon Hollis Ione Jude Lorne")

SURNAMES: tuple[str, ...] = tuple(
    entry.replace("_", " ")
    for entry in _words("""
    Abara Abbott Acosta Adeyemi Aguilar Ahmed Alcántara Alvarado Ambrose Anand Archer Arroyo
    Atwood Avalos Baptiste Barajas Barragán Beaumont Bellamy Benítez Bhatt Blackwell
    Bouchard Braun Bryson Buckley Bui Cabrera Calderón Camacho Cárdenas Castañeda Cazares
    Chandler Chávez Chukwu Cisneros Clayton Cordero Corrigan Crenshaw D'Angelo Dang Dávila
    De_La_Cruz De_La_Rosa De_Los_Santos Del_Toro Delacroix Desai Donnelly Dubois Duong
    Echeverría Ekström Escobedo Espinoza Estévez Faulkner Fernández Figueroa Fitzgerald
    Fontaine Fuentes Gaines Galloway Gálvez Gamboa García Garza Gebre Gillespie Goldberg
    González Gutiérrez Guzmán Haddad Hairston Hargrove Hassan Hernández Hinojosa Holloway
    Huang Huerta Ibarra Idowu Iverson Jaramillo Jiménez Juárez Kaminski Kapoor Keating
    Kessler Khoury Kirkland Kling Kowalski Kuznetsov Lachance Lafferty Lancaster Law León
    Lindqvist Lombardi López Luján Macías Madrigal Maldonado Marchetti Marín Márquez
    Martínez McAllister McBride McCullough Medina Mejía Mendoza Menéndez Meyerhoff Molina
    Montoya Morales Muñoz Nakamura Navarro Ndiaye Nguyen Novak Núñez O'Brien O'Connor
    O'Neill Ocampo Ochoa Okafor Okonkwo Oliveira Olsen Ordóñez Ortega Osei Pacheco Padilla
    Palacios Paredes Patel Pavlov Peña Pereira Pérez Petrov Pham Pineda Ponce Prescott
    Quintanilla Quiroga Ramírez Rangel Reséndiz Reyes Ríos Rivera Robles Rodríguez Rojas
    Romero Rosales Ruiz Saavedra Salazar Salinas Sánchez Sandoval Santiago Schneider
    Schröder Sepúlveda Serrano Shapiro Sinclair Sokolov Solís Sorensen St._Clair Steinberg
    Strickland Sullivan Swanson Takahashi Tejada Thibodeaux Thornton Torres Tran Treviño
    Truong Underwood Urbina Valdez Van_Der_Berg Vandiver Varela Vargas Vásquez Vega
    Velázquez Villanueva Von_Hagen Vu Wainwright Wambui Whitaker Wojcik Yáñez Yamada Yeboah
    Zamora Zapata Zielinski
    """)
)

_STEMS = _words("""
    Ash Alder Barn Beck Birch Black Brad Bram Brook Burn Cald Chat Clay Clif Cob Cold Crom
    Dal Den East Elk Ell Fair Farn Fen Finch Fox Gar Glad Glen Gran Green Hal Ham Hart Hazel
    Heath Hol Huck Kel Kings Kirk Lang Lark Lind Lock Mar Mead Mil Nor Oak Pem Pres Quin Rad
    Ren Rock Rush Sand Shel Sher Stan Stock Sun Swin Thorn Tre Wake Wal War Wel West Whit
    Wick Wil Wood
    """)
_ENDS = _words("""
    berg bourne bridge brook burn bury by cott croft den field ford gate ham hart hill hurst
    land ley low man mere mont more ridge shaw son stead stone ton wall ward water way wick
    win wood worth
    """)
BUILT_SURNAMES = tuple(stem + end for stem in _STEMS for end in _ENDS)
# Users of the platform whom nobody in these files ever meets: no name above can equal theirs.
FAR_SURNAMES = tuple(
    stem + end
    for stem in _words("Arl Bex Cott Dray Ever Frob Gris Hux Ing Jarv Kest Lud Mott Nes Ogl")
    for end in _ENDS
)


@dataclass(frozen=True)
class Name:
    """A person's name in parts.

    ``nicknames`` are given names that friends use, ``other_surname`` one from another time of
    life (maiden or married).
    """

    given: str
    surname: str
    nicknames: tuple[str, ...] = ()
    middle: str = ""
    other_surname: str = ""

    def plain(self) -> str:
        """Given name and surname, as a roster has it when nothing is special."""
        return f"{self.given} {self.surname}"


def strip_marks(text: str) -> str:
    """Text without diacritics (``Núñez`` → ``Nunez``)."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def name_key(text: str) -> str:
    """The comparison key of a name: what two spellings of one name have in common.

    Titles and suffixes are dropped, ``Last, First`` is turned, hyphens are spaces, case,
    diacritics and ``. , '`` do not count. Rule: domain notes on person names.
    """
    words = " ".join(text.split())
    words = _TITLE.sub("", words)
    left, comma, right = words.partition(",")
    if comma and "," not in right and _bare(right) not in _SUFFIX_WORDS:
        words = f"{right} {left}"
    kept = [word for word in _bare(words).split() if word not in _SUFFIX_WORDS]
    return " ".join(kept)


def _bare(text: str) -> str:
    folded = strip_marks(text).lower().replace("-", " ")
    return " ".join(re.sub(r"[.,'\u2019]", "", folded).split())


def surname_marks(surname: str) -> set[str]:
    """Every word run of a surname by which another name could be taken for this one."""
    words = _bare(surname).split()
    heads = {" ".join(words[: count + 1]) for count in range(len(words))}
    return (heads | {words[-1]}) - _PARTICLES
