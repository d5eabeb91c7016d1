"""The headings of a CSV export, in the languages that they are known in, and the columns that they name.

They were found in tidepool-org/uploader, Deigoodle/GlucoPy, Arsennikum/freestyle-libre-cgm-viewer and other
public readers of such files. Of some languages only a few are known, and LibreView has further ones; since it
always writes the same columns in the same order, most files are understood by position all the same.
"""

from enum import IntEnum
from typing import Final


class Column(IntEnum):
    """The columns that LibreView writes, by position."""

    DEVICE = 0
    SERIAL = 1
    TIME = 2
    TYPE = 3
    HISTORIC = 4
    SCAN = 5
    RAPID_FLAG = 6
    RAPID = 7
    FOOD_FLAG = 8
    GRAMS = 9
    SERVINGS = 10
    LONG_FLAG = 11
    LONG = 12
    NOTE = 13
    STRIP = 14
    KETONES = 15
    MEAL_INSULIN = 16
    CORRECTION_INSULIN = 17
    USER_CHANGE_INSULIN = 18


WIDTH: Final = len(Column)

ENGLISH: Final = (
    "Device",
    "Serial Number",
    "Device Timestamp",
    "Record Type",
    "Historic Glucose",
    "Scan Glucose",
    "Non-numeric Rapid-Acting Insulin",
    "Rapid-Acting Insulin (units)",
    "Non-numeric Food",
    "Carbohydrates (grams)",
    "Carbohydrates (servings)",
    "Non-numeric Long-Acting Insulin",
    "Long-Acting Insulin (units)",
    "Notes",
    "Strip Glucose",
    "Ketone",
    "Meal Insulin (units)",
    "Correction Insulin (units)",
    "User Change Insulin (units)",
)
"""In the order of the columns, without the units of glucose and ketones."""
LANGUAGES: Final[dict[str, tuple[str, ...]]] = {
    "en": ENGLISH,
    # Older exports.
    "en_old": ("Meter", "", "Meter Timestamp", *[""] * 9, "Long-Acting Insulin Value (units)"),
    "de": (
        "Gerät",
        "Seriennummer",
        "Gerätezeitstempel",
        "Aufzeichnungstyp",
        "Glukosewert-Verlauf",
        "Glukose-Scan",
        "Nicht numerisches schnellwirkendes Insulin",
        "Schnellwirkendes Insulin (Einheiten)",
        "Nicht numerische Nahrungsdaten",
        "Kohlenhydrate (Gramm)",
        "Kohlenhydrate (Portionen)",
        "Nicht numerisches Depotinsulin",
        "Depotinsulin (Einheiten)",
        "Notizen",
        "Glukose-Teststreifen",
        "Keton",
        "Mahlzeiteninsulin (Einheiten)",
        "Korrekturinsulin (Einheiten)",
        "Insulin-Änderung durch Anwender (Einheiten)",
    ),
    "es": (
        "Dispositivo",
        "Número de serie|Número de serial",
        "Sello de tiempo del dispositivo|Marca de hora del dispositivo",
        "Tipo de registro",
        "Historial de glucosa",
        "Escaneo de glucosa|Escanear glucosa",
        "Insulina de acción rápida no numérica",
        "Insulina de acción rápida (unidades)",
        "Alimento no numérico",
        "Carbohidratos (gramos)",
        "Carbohidratos (porciones)|Carbohidratos (raciones)",
        "Insulina de acción larga no numérica",
        "Insulina de acción larga (unidades)",
        "Notas",
        "Tira reactiva para glucosa",
        "Cuerpos cetónicos",
        "Comida e insulina (unidades)",
        "Insulina de corrección (unidades)",
        "Insulina del cambio de usuario (unidades)",
    ),
    "fi": ("", "", "Laitteen aikaleima", "Tietueen tyyppi", "Aikaisempi glukoosi"),
    "da": ("Enhed", "", "", "", "Glukosehistorik"),
    "fr": (
        "Appareil",
        "Numéro de série",
        "Horodatage de l'appareil",
        "Type d'enregistrement",
        "Historique de la glycémie",
        "Numérisation de la glycémie",
        "Insuline à action rapide sans valeur numérique",
        "Insuline à action rapide (unités)",
        "Alimentation sans valeur numérique",
        "Glucides (grammes)",
        "Glucides (portions)",
        "Insuline à action longue sans valeur numérique",
        "Insuline à action longue (unités)",
        "Remarques",
        "Glycémie par bandelette",
        "Cétone",
        "Insuline repas (unités)",
        "Correction insuline (unités)",
        "Insuline modifiée par l'utilisateur (unités)",
    ),
    "it": (
        "Dispositivo",
        "",
        "Timestamp del dispositivo",
        "",
        "Storico del glucosio",
        "",
        "",
        "Insulina ad azione rapida (unità)",
        "",
        "Carboidrati (grammi)",
        "",
        "",
        "Insulina ad effetto prolungato (unità)",
    ),
    "nl": (
        "Apparaat",
        "Serienummer",
        "Tijdstempel apparaat",
        "Gegevenstype",
        "Historische glucose",
        "Scan Glucose",
        "Niet-numerieke snelwerkende insuline",
        "Snelwerkende insuline (eenheden)",
        "Niet-numeriek voedsel",
        "Koolhydraten (gram)",
        "Koolhydraten (porties)",
        "Niet-numerieke langwerkende insuline",
        "Langwerkende insuline (eenheden)",
        "Notities",
        "Strip Glucose",
        "Keton",
        "Maaltijdinsuline (eenheden)",
        "Correctie insuline (eenheden)",
        "Wijzigen insuline gebruiker (eenheden)",
    ),
    "pt": (
        "",
        "Número de série",
        "Carimbo de data/hora do dispositivo",
        "",
        "Histórico de glicose",
        "Analisar glicose",
        "",
        "Insulina de ação rápida (unidades)",
        "",
        "Carboidratos (gramas)",
        "",
        "",
        "Insulina de ação prolongada (unidades)",
        "",
        "Tira de glicose",
        "",
        "Insulina de refeição (unidades)",
        "Insulina de correção (unidades)",
        "Insulina da alteração do usuário (unidades)",
    ),
    "sv": (
        "Enhet",
        "Serienummer",
        "Enhetens tidsstämpel",
        "Registertyp",
        "Historiskt glukosvärde",
        "Skanna glukosvärde",
        "Icke-numeriskt snabbverkande insulin",
        "Snabbverkande insulin (enheter)",
        "Icke-numerisk mat",
        "Kolhydrater (gram)",
        "Kolhydrater (portioner)",
        "Icke-numeriskt långtidsverkande insulin",
        "Långtidsverkande insulin (enheter)",
        "Anteckningar",
        "Glukossticka",
        "Keton",
        "Måltidsinsulin (enheter)",
        "Korrigeringsinsulin (enheter)",
        "Användarändrat insulin (enheter)",
    ),
}
"""The headings by language; empty where none is known, with a bar between two spellings."""
