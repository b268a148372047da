"""Numbers of lists in digits, letters and Roman numerals, by the names that ECMA-376 part 1, 17.18.59 gives to their forms."""

RUSSIAN = "абвгдежзиклмнопрстуфхцчшщыэюя"
ABJAD = "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ"
ARABIC = "أبتثجحخدذرزسشصضطظعغفقكلمنهوي"
ALPHABETS = {"russianLower": RUSSIAN, "russianUpper": RUSSIAN.upper(), "arabicAbjad": ABJAD, "arabicAlpha": ARABIC}
CHINESE = "一二三四五六七八九"
CHINESE_FORMS = frozenset({"chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting", "taiwaneseCounting"})
CIRCLED = frozenset({"decimalEnclosedCircle", "decimalEnclosedCircleChinese", "ideographEnclosedCircle"})
MAX_NUMBER = 3_999  # the last that has a Roman numeral; beyond it a number prints as digits
ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


def written(value: int, form: str) -> str:
    """A count in one of these forms: 28 is `bb` in lowerLetter, `xxviii` in lowerRoman."""
    if not 0 < value <= MAX_NUMBER or form == "decimal":
        return str(value)
    if form in ("lowerRoman", "upperRoman"):
        numeral = ""
        for worth, letters in ROMAN:
            times, value = divmod(value, worth)
            numeral += letters * times
        return numeral.upper() if form == "upperRoman" else numeral
    if form in CHINESE_FORMS and value < 100:
        tens, ones = divmod(value, 10)
        return (CHINESE[tens - 1] if tens > 1 else "") + ("十" if tens else "") + (CHINESE[ones - 1] if ones else "")
    if form in CIRCLED and value <= 20:
        return chr(0x245F + value)
    if form == "decimalFullWidth":
        return str(value).translate({0x30 + digit: 0xFF10 + digit for digit in range(10)})
    alphabet = "abcdefghijklmnopqrstuvwxyz" if form == "lowerLetter" else "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if form == "upperLetter" else ""
    alphabet = alphabet or ALPHABETS.get(form, "")
    if alphabet:
        again, letter = divmod(value - 1, len(alphabet))
        return alphabet[letter] * (again + 1)
    return f"{value:02}" if form == "decimalZero" else str(value)
