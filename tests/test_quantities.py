"""Quantities in newspaper sentences: value, unit, qualifier, and what is no quantity at all."""

import time

import pytest

from etl.extract.quantities import find_quantities


def told(text):
    """What a text states, as (value, value_high, unit) of each quantity in order."""
    return [(q.value, q.value_high, q.unit) for q in find_quantities(text)]


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("By 2030 it wants 20% of the market", 20),
        ("Huawei took 31 % of global revenue", 31),
        ("Nokia was credited with 19.5 pct", 19.5),
        ("Ericsson's share came to 33 per cent", 33),
        ("a slice of 14.8 percent", 14.8),
        ("ZTE has 20pc of it", 20),
        ("It has 0,7 % of the market", 0.7),
        ("Four per cent is ZTE's", 4),
        ("A fifth of the world's open base station market by 2030", 20),
        ("Two thirds of the sites went to Ericsson", 66.7),
        ("two-thirds of its radios", 66.7),
        ("Amazon holds a third of the market", 33.3),
        ("Twelve months earlier the group had a quarter of the market", 25),
        ("three-quarters of the antennas", 75),
        ("about a tenth, by its own count", 10),
        ("with Samsung on the remaining tenth", 10),
        ("Four-fifths of ASN now belong to the state", 80),
        ("one in five of its sites", 20),
        ("seven in ten 5G base stations stood on Chinese soil", 70),
        ("it puts together three iPhones in ten", 30),
        ("Bell still buys half of its radios from Nokia", 50),
        ("the other half comes from Ericsson", 50),
        ("the first half of its 5G base stations will be Ericsson's", 50),
        ("takes 41 cents of every dollar spent", 41),
        ("pockets 59 dollars of every hundred", 59),
        ("thirty yuan of every hundred that the carriers spend", 30),
        ("it pockets every second dollar spent on such kit", 50),
        ("in a fifty-fifty venture", 50),
        ("a 50-50 joint venture", 50),
        ("to hold the pair's radio parts to a quarter in Berlin", 25),
    ],
)
def test_a_share_is_read_as_percent(sentence, value):
    assert (value, None, "percent") in told(sentence)


def test_a_split_names_both_shares():
    assert told("Colombia is still split 60/40 between Huawei and Nokia") == [
        (60, None, "percent"),
        (40, None, "percent"),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Mobile Networks turned a profit in the quarter",
        "Sales rose in the first quarter",
        "It was a quarter that ended in profit",
        "The network unit burns cash once a quarter",
        "The networks ran at a loss in one quarter of this year",
        "The company was profitable in the second half",
        "The half-year tally is out",
        "Ericsson hopes to win a third operator in Norway",
        "A third-party tester signed it off",
        "It was Nokia's fifth network in Asia to go dark, and a fifth-generation one",
    ],
)
def test_quarters_halves_and_ordinals_are_no_shares(sentence):
    assert [q for q in find_quantities(sentence) if q.unit == "percent"] == []


@pytest.mark.parametrize(
    ("sentence", "low", "high", "unit"),
    [
        ("a share of 20-25%", 20, 25, "percent"),
        ("a share of 20–25 per cent", 20, 25, "percent"),
        ("sees its slice stopping at 8% to 10%", 8, 10, "percent"),
        ("somewhere between 23 and 25% by the close of this year", 23, 25, "percent"),
        ("Somewhere from 45% to 50% of their 5G sites", 45, 50, "percent"),
        ("20 to 25 percent of the market", 20, 25, "percent"),
        ("nine to eleven percent of sales", 9, 11, "percent"),
        ("between a quarter and a third of the market", 25, 33.3, "percent"),
        ("worth S$7-8 billion", 7e9, 8e9, "SGD"),
        ("costs of $2 to $3 billion", 2e9, 3e9, "USD"),
        ("guidance of 23.2 billion to 24.6 billion euros", 23.2e9, 24.6e9, "EUR"),
        ("may sign with two or three suppliers", 2, 3, "count"),
    ],
)
def test_a_range_has_two_ends(sentence, low, high, unit):
    assert told(sentence) == [(low, high, unit)]


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("Its share fell from 31% to 29%", [31, 29]),
        ("fell from 31 to 29 per cent", [31, 29]),
        ("rose 3% to 25%", [3, 25]),
        ("it rose to 31 from 29 per cent", [31, 29]),
        ("Huawei, Nokia and Ericsson took 31, 14.5 and 13.5 percent respectively", [31, 14.5, 13.5]),
    ],
)
def test_two_levels_are_no_range_and_share_their_unit(sentence, values):
    assert told(sentence) == [(value, None, "percent") for value in values]


def test_a_number_that_borrows_its_unit_is_still_marked_bare():
    first, second = find_quantities("it rose to 31 from 29 per cent")
    assert (first.bare, first.unit, second.bare) == (True, "percent", False)


@pytest.mark.parametrize(
    ("sentence", "value", "unit"),
    [
        ("putting 64.5 billion yen into NEC", 64.5e9, "JPY"),
        ("a $1.2bn contract", 1.2e9, "USD"),
        ("worth US$600m", 600e6, "USD"),
        ("$9 mln", 9e6, "USD"),
        ("sales of ¥361 billion", 361e9, "JPY"),
        ("JPY 30bn for research", 30e9, "JPY"),
        ("€1.2 billion", 1.2e9, "EUR"),
        ("EUR 500m", 500e6, "EUR"),
        ("410 million euros", 410e6, "EUR"),
        ("£31 million", 31e6, "GBP"),
        ("an order of Rs 4,000 crore", 40e9, "INR"),
        ("INR 2,000 crore", 20e9, "INR"),
        ("₹24,500-crore order", 245e9, "INR"),
        ("Rs. 938 crore", 9.38e9, "INR"),
        ("Rs75bn", 75e9, "INR"),
        ("C$830 million", 830e6, "CAD"),
        ("A$190m", 190e6, "AUD"),
        ("HK$3 billion", 3e9, "HKD"),
        ("NT$4.1bn", 4.1e9, "TWD"),
        ("RM11bn", 11e9, "MYR"),
        ("11 billion ringgit", 11e9, "MYR"),
        ("Bt3.2bn", 3.2e9, "THB"),
        ("RMB 5 billion", 5e9, "CNY"),
        ("CNY7.5 billion", 7.5e9, "CNY"),
        ("37.1 billion yuan", 37.1e9, "CNY"),
        ("2.4 trillion won until 2024", 2.4e12, "KRW"),
        ("4.9tn won", 4.9e12, "KRW"),
        ("310 million reais", 310e6, "BRL"),
        ("512 million zlotys", 512e6, "PLN"),
        ("2.1 billion hryvnias", 2.1e9, "UAH"),
        ("620 million riyals", 620e6, "SAR"),
        ("118 mln Danish crowns", 118e6, "DKK"),
        ("300 MLN DKK", 300e6, "DKK"),
        ("SEK 41.1 billion", 41.1e9, "SEK"),
        ("4.5 billion kronur", 4.5e9, "ISK"),
        ("20 billion Norwegian kroner", 20e9, "NOK"),
        ("a billion dollars", 1e9, "USD"),
        ("60 million Canadian dollars", 60e6, "CAD"),
        ("R5bn from MTN", 5e9, "ZAR"),
        ("4.5 lakh crore rupees", 4.5e12, "INR"),
    ],
)
def test_money_is_read_in_whole_units_of_its_currency(sentence, value, unit):
    assert told(sentence) == [(value, None, unit)]


def test_a_shared_currency_name_follows_the_country_of_the_story():
    assert told("TDC of Denmark will spend 4 billion crowns") == [(4e9, None, "DKK")]
    assert told("Telenor, owned by Norway, will spend 4 billion kroner") == [(4e9, None, "NOK")]
    assert told("Jazz told Pakistan's regulator of a plan for 4 billion rupees") == [(4e9, None, "PKR")]


@pytest.mark.parametrize(
    ("sentence", "value", "noun"),
    [
        ("The Finnish group has inked 84 commercial 5G deals", 84, "deals"),
        ("85 5G deals", 85, "deals"),
        ("The Swedes also count 142 live 5G networks", 142, "networks"),
        ("it has shipped 600,000 base stations", 600000, "base stations"),
        ("has shipped 1.5 million 5G-ready radios", 1.5e6, "radios"),
        ("it will serve 350 sites in the highlands", 350, "sites"),
        ("a dozen contracts", 12, "contracts"),
        ("half a dozen contracts", 6, "contracts"),
        ("two dozen operators", 24, "operators"),
        ("a hundred networks", 100, "networks"),
        ("forty-seven deals", 47, "deals"),
        ("one hundred and four networks", 104, "networks"),
        ("twelve hundred sites", 1200, "sites"),
        ("half a million radios", 500000, "radios"),
        ("one and a half million radios", 1.5e6, "radios"),
        ("2,024 base stations in Lagos", 2024, "base stations"),
        ("more than 2000 sites", 2000, "sites"),
        ("58 open RAN and private wireless contracts", 58, None),
    ],
)
def test_a_count_names_what_it_counts(sentence, value, noun):
    (quantity,) = find_quantities(sentence)
    assert quantity.value == value
    assert noun is None or (quantity.unit, quantity.noun) == ("count", noun)


@pytest.mark.parametrize(
    ("phrase", "qualifier"),
    [
        ("upwards of 90 networks", "over"),
        ("upward of ten million radios", "over"),
        ("more than 180 deals", "over"),
        ("at least 15% of it", "over"),
        ("no less than 12%", "over"),
        ("north of $40 million", "over"),
        ("just over half of the market", "over"),
        ("a touch over 18%", "over"),
        ("a bit over a quarter of it", "over"),
        ("it wants to pass 1,000 sites", "over"),
        ("20% or more", "over"),
        ("60+ networks", "over"),
        ("nearly a third of it", "about"),
        ("around the same 35 percent", "about"),
        ("some 1,200 sites", "about"),
        ("$130 million or so", "about"),
        ("close to half of it", "about"),
        ("~20%", "about"),
        ("thirty-odd contracts", "about"),
        ("barely 3%", "about"),
        ("less than 1%", "under"),
        ("just under 30%", "under"),
        ("no more than 2%", "under"),
        ("up to 11,600 sites", "under"),
        ("a fifth, at most", "under"),
        ("below 30%", "under"),
        ("the top three vendors", "exact"),
        ("a mere 2%", "exact"),
        ("only 2%", "exact"),
        ("far above the 32% of its rival", "exact"),
        ("it turned over 294 billion yuan", "exact"),
        ("it owned up to 218 deals", "exact"),
    ],
)
def test_the_words_around_a_number_say_how_exact_it_is(phrase, qualifier):
    (quantity,) = find_quantities(f"It has {phrase}.")
    assert quantity.qualifier == qualifier


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("the market as a whole grew 3% at constant rates", 3),
        ("shares closed 0.8% lower", 0.8),
        ("revenue down by a fifth", 20),
        ("a 14 percent slide", 14),
        ("another 12 contracts were signed", 12),
        ("Three more since May", 3),
        ("122 more than the quarter before", 122),
        ("cut its staff by 20%", 20),
        ("up about 4% on the year", 4),
    ],
)
def test_a_change_is_marked(sentence, value):
    (quantity,) = find_quantities(sentence)
    assert (quantity.value, quantity.change) == (value, True)


@pytest.mark.parametrize(
    "sentence",
    ["it rose to 31%", "up from 11%", "it put up some 1,200 base stations", "it chalked up 139 5G contracts"],
)
def test_a_level_reached_is_no_change(sentence):
    assert [q.change for q in find_quantities(sentence)] == [False]


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("two points more than a year ago", 2),
        ("up 1.5 percentage points", 1.5),
        ("advanced half a point", 0.5),
        ("better by 150 basis points", 1.5),
    ],
)
def test_points_are_a_change_of_share(sentence, value):
    quantity = find_quantities(sentence)[0]
    assert (quantity.value, quantity.points, quantity.change) == (value, True, True)


@pytest.mark.parametrize(
    ("sentence", "value", "noun"),
    [
        ("It has signed its 100th 5G contract", 100, "contract"),
        ("It announced its 91st such contract in February", 91, "contract"),
        ("This was agreement number 100", 100, "agreement"),
        ("contract No. 85 came in June", 85, "contract"),
        ("The hundredth was signed in August", 100, None),
        ("the 12,000th by the end of 2024", 12000, None),
    ],
)
def test_the_number_of_a_thing_in_a_row_is_an_ordinal(sentence, value, noun):
    quantity = find_quantities(sentence)[0]
    assert (quantity.value, quantity.unit, quantity.ordinal, quantity.noun) == (value, "count", True, noun)


@pytest.mark.parametrize(
    "sentence",
    [
        "In 2019 it launched 5G, after 4G and 3G",
        "fiscal 2025, the 2020s and 2019-20",
        "on 25 June 2020, or June 25, or 2020-06-25, or 25/06/2020",
        "at 10:30, or 9 pm",
        "Call +44 20 7946 0958 or 555-123-4567",
        "Release 16, Wi-Fi 6, Galaxy S10, COVID-19, WaveLogic 6 and the P30",
        "at 3.5 GHz, 700MHz and 26 GHz",
        "a speed of 1.2 Gbps over 40,000 km of fibre",
        "in nine months, an 18-month roll-out over five years",
        "the 55-year-old chief",
        "64T64R antennas and 400G ports",
        "three times as many",
        "the two said so, and so did the other three",
        "one of the firms, and no one else",
        "Its rival Three UK agreed",
        "the third quarter, the fifth-largest, the 21st century",
        "https://example.com/2020/06/25/5g-share-20-percent",
        "1. Huawei\n2. Ericsson\n3. Nokia",
        "number three in the market",
        "1&1 chose Rakuten",
        "dozens of deals, hundreds of sites",
    ],
)
def test_what_counts_nothing_is_left_out(sentence):
    assert find_quantities(sentence) == []


def test_numbers_without_a_unit_are_bare():
    quantities = find_quantities("| Huawei | 31 |\n| Ericsson (27) | 26.1 |\n16. Nokia")
    assert [(q.value, q.unit, q.bare) for q in quantities] == [(n, None, True) for n in (31, 27, 26.1, 16)]


def test_a_table_cell_takes_no_noun_from_the_next_row():
    assert [q.noun for q in find_quantities("Ericsson | 26.1\nNokia | 16.8\n")] == [None, None]


def test_a_span_covers_the_number_and_its_unit_in_the_text():
    text = "Omdia credits NEC with nearly 0.7% of it; NTT pays about US$600 million — “a fifth” more."
    for quantity in find_quantities(text):
        assert text[quantity.start : quantity.end] == quantity.text
    assert [q.text for q in find_quantities(text)] == ["0.7%", "US$600 million", "a fifth"]


@pytest.mark.parametrize(
    "text",
    [
        "%" * 10_000,
        "20%" * 20_000,
        "x" * 1_000_000,
        "9" * 1_000_000,
        "1," * 30_000,
        "1,11" * 20_000,
        "1 and " * 15_000,
        "one hundred and " * 10_000,
        "3 to " * 15_000,
        "$" * 100_000,
        "5 billion crowns " * 2_000,
        "more than " * 60_000,
    ],
)
def test_hostile_text_is_read_in_linear_time(text):
    start = time.perf_counter()
    find_quantities(text)
    assert time.perf_counter() - start < 10


def test_time_grows_with_the_text_and_no_faster():
    def seconds(copies):
        text = (
            "NEC, with 0.7% of base stations, wants 20 to 25 per cent or 31, 29 and 5 billion crowns by 2030. " * copies
        )
        start = time.perf_counter()
        find_quantities(text)
        return time.perf_counter() - start

    seconds(20)
    assert seconds(1_000) < 40 * max(seconds(100), 0.005)
