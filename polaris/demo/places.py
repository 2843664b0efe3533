"""Where invented people teach, learn and work: districts, schools, companies, session titles."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class School:
    """A school, spelled as Pathful spells it and as the district's roster spells it.

    ``is_derivable`` says whether the two spellings meet under the school rules alone (trailing
    word "School", "Elementary" = "Elem"); otherwise only a person can tell that they are one.
    """

    pathful_name: str
    building: str
    district: str
    is_derivable: bool = True


@dataclass(frozen=True)
class District:
    """A district: canonical name, the spellings session files use, its e-mail domain."""

    slug: str
    name: str
    spellings: tuple[str, ...]
    state: str
    domain: str
    teachers: int
    schools: tuple[School, ...]


def _schools(district: str, *lines: str) -> tuple[School, ...]:
    """Reads ``Pathful name | building`` lines; a tilde before the building: not derivable."""
    schools = []
    for line in lines:
        pathful, _, building = (part.strip() for part in line.partition("|"))
        derivable = not building.startswith("~")
        schools.append(School(pathful, building.lstrip("~") or pathful, district, derivable))
    return tuple(schools)


DISTRICTS: tuple[District, ...] = (
    District(
        slug="kansas-city-kansas",
        name="Kansas City Kansas Public Schools",
        spellings=(
            "Kansas City, KS (KCKPS) Public Schools",
            "KCKPS",
            "KCKPS (KS)",
            "Kansas City Kansas School District",
            "KANSAS CITY USD 500",
            "kckps",
            "Kansas City Kansas Public Schools",
        ),
        state="KS",
        domain="kck.example.org",
        teachers=1100,
        schools=_schools(
            "kansas-city-kansas",
            "Thomas A Edison Elementary | ~TA Edison",
            "Lincoln Elementary School | Lincoln Elementary",
            "Frances Willard Elementary | ~Willard",
            "Mark Twain Elementary School | Mark Twain Elem",
            "Prairie View Middle School | Prairie View Middle",
            "East Center Elementary School | East Center Elementary",
            "Sumner Grove Academy",
            "Whittier Elementary School | Whittier Elem",
            "Quindaro Heights Elementary | ~Quindaro Hts",
            "Kaw Valley High School | Kaw Valley High",
            "Silver City Elementary School | Silver City Elementary",
            "Stony Bend Elementary School | Stony Bend Elem",
            "Argentine Hill Middle School | Argentine Hill Middle",
            "Turner Creek Elementary School | Turner Creek Elementary",
            "Wyandot Ridge High School | Wyandot Ridge High",
            "Rosedale Park Middle School | Rosedale Park Middle",
            "Bethel Woods Elementary School | Bethel Woods Elementary",
            "Northwest Bluff Middle School | ~NW Bluff",
        ),
    ),
    District(
        slug="kansas-city-missouri",
        name="Kansas City Public Schools (MO)",
        spellings=("KCPS (MO)", "KCPS", "Kansas City Public Schools (MO)", "kcps (mo)"),
        state="MO",
        domain="kcmo.example.org",
        teachers=700,
        schools=_schools(
            "kansas-city-missouri",
            "Lincoln Elementary School | Lincoln Elementary",
            "Center City Academy",
            "Gladstone Hill Elementary School | Gladstone Hill Elem",
            "Phillis Wheatley Elementary | ~Wheatley",
            "Northeast Park High School | Northeast Park High",
            "Swope Ridge Elementary School | Swope Ridge Elementary",
            "Paseo Arts High School | Paseo Arts High",
            "Garfield and Oak Elementary School | Garfield & Oak Elem",
            "Troost Middle School | Troost Middle",
            "Harold Holliday Montessori | ~Holliday",
            "Brush Creek Elementary School | Brush Creek Elementary",
            "Southeast Bend High School | Southeast Bend High",
        ),
    ),
    District(
        slug="hickman-mills",
        name="Hickman Mills School District",
        spellings=("Hickman Mills", "Hickman Mills School District", "HICKMAN MILLS"),
        state="MO",
        domain="hickmanmills.example.org",
        teachers=464,
        schools=_schools(
            "hickman-mills",
            "Ruskin Hill High School | Ruskin Hill High",
            "Smith-Hale Grove Middle School | ~Smith Hale",
            "Dobbs Creek Elementary School | Dobbs Creek Elementary",
            "Ingels Park Elementary School | Ingels Park Elem",
            "Symington Elementary | ~Burke-Symington",
            "Truman Fields Elementary School | Truman Fields Elementary",
            "Warford Lake Elementary School | Warford Lake Elementary",
            "Millennium Bend Elementary School | Millennium Bend Elem",
            "Compass Meadow Elementary School | Compass Meadow Elementary",
            "Freda Woods Early Learning Center | ~Freda Woods",
        ),
    ),
    District(
        slug="grandview",
        name="Grandview School District",
        spellings=("Grandview", "Grandview School District", "grandview "),
        state="MO",
        domain="grandview.example.org",
        teachers=300,
        schools=_schools(
            "grandview",
            "Grandview Heights High School | Grandview Heights High",
            "Meadow Mere Elementary School | Meadow Mere Elem",
            "Conn-West Hill Elementary School | ~Conn West",
            "Butcher Green Elementary School | Butcher Green Elementary",
            "Belvidere Point Elementary School | Belvidere Point Elementary",
            "Martin City Fields Middle School | ~Martin City",
        ),
    ),
    District(
        slug="center",
        name="Center School District",
        spellings=("Center", "Center School District", "CENTER"),
        state="MO",
        domain="center.example.org",
        teachers=280,
        schools=_schools(
            "center",
            "Center High School | Center High",
            "Center Elementary School | Center Elem",
            "Boone Hollow Elementary School | Boone Hollow Elementary",
            "Indian Grove Elementary School | Indian Grove Elementary",
            "Red Bridge Bend Elementary | ~Red Bridge",
        ),
    ),
    District(
        slug="allen-village",
        name="Allen Village - District",
        spellings=("Allen Village", "Allen Village - District", "ALLEN VILLAGE"),
        state="MO",
        domain="allenvillage.example.org",
        teachers=156,
        schools=_schools(
            "allen-village",
            "Allen Village Lower School | Allen Village Lower",
            "Allen Village Upper School | Allen Village Upper",
            "Allen Village High School | Allen Village High",
        ),
    ),
)

# No roster, no alias: what an educator from elsewhere brings along.
OUTSIDE = District(
    slug="outside",
    name="Prairie Bend School District",
    spellings=("Prairie Bend School District",),
    state="KS",
    domain="prairiebend.example.org",
    teachers=0,
    schools=_schools("outside", "Prairie Bend High School", "Prairie Bend Middle School"),
)

BY_SLUG = {district.slug: district for district in (*DISTRICTS, OUTSIDE)}

_TRADES = (
    *("Engineering", "Architects", "Bank", "Logistics", "Bakery", "Robotics", "Health"),
    *("Veterinary", "Printing", "Energy", "Design", "Insurance", "Foods", "Media"),
    *("Construction", "Software", "Dental", "Museum", "Farms", "Aviation"),
)
_PLACES = (
    *("Bluestem", "Flint River", "Kaw Point", "Ozark", "Tallgrass", "Union Hill", "Westport"),
    *("Sunflower", "Heartland", "Cottonwood", "Limestone", "Redbud", "Northtown", "Riverfront"),
)
# Each company once: its usual spelling first, then other spellings of the same company.
COMPANIES: tuple[tuple[str, ...], ...] = (
    ("Prep-KC", "Prep-KC, Inc.", "PREP KC"),
    ("H&R Bluestem", "H & R Bluestem", "HR Bluestem LLC"),
    *(
        (f"{place} {trade}", f"{place} {trade}, Inc.", f"{place.upper()} {trade.upper()} LLC")
        for place in _PLACES
        for trade in _TRADES
    ),
)

OTHER_PARTNERS = (
    "Junior Futures Network",
    "STEM Bridge Iowa",
    "PREP-KC West",
    "Career Lift ",
    "",
    " ",
)
UNKNOWN_STATUSES = ("Awaiting Review", "Postponed?", "Archived")

_FIELDS = (
    "Nursing|Health Science",
    "Robotics|Engineering",
    "Game Design|Information Technology",
    "Veterinary Medicine|Health Science",
    "Architecture|Architecture & Construction",
    "Culinary Arts|Hospitality & Tourism",
    "Journalism|Arts, A/V Technology & Communications",
    "Banking|Finance",
    "Wildlife Biology|Agriculture, Food & Natural Resources",
    "Aviation|Transportation, Distribution & Logistics",
    "Firefighting|Law, Public Safety, Corrections & Security",
    "Marketing|Marketing",
    "Teaching|Education & Training",
    "Law|Law, Public Safety, Corrections & Security",
    "Weather Science|Science, Technology, Engineering & Mathematics",
    "Carpentry|Architecture & Construction",
    "Entrepreneurship|Business Management & Administration",
    "Social Work|Human Services",
)
_SHAPES = (
    "Careers in {}",
    "A Day in {}",
    "{}: Ask a Professional",
    "Math You Use in {}",
    "Industry Chat: {}",
    "{} for Fifth Graders",
    "How I Found {}",
    "Tools of {}",
)
# (title, career cluster)
TITLES: tuple[tuple[str, str], ...] = tuple(
    (shape.format(field.partition("|")[0]), field.partition("|")[2])
    for shape in _SHAPES
    for field in _FIELDS
)
WORK_BASED_LEARNING = (
    "Career Awareness",
    "Career Exploration",
    "Guest Speaker",
    "Virtual Field Trip",
)
SERIES = ("Career Week", "STEM Fridays", "Future Me", "College Month")
