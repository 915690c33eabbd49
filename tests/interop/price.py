"""The price engine once more, from docs/price.md, with Python's fractions: compares with what the engine says of each lot.

usage: price.py < LOTS            lots as JSON lines {method, bids, outcome} or {method, bids, error}; exit 1 at any difference
       price.py --schemas FOLDER CATALOGUE    the examples in FOLDER/examples and the ready methods against the schemas
"""

import json
import math
import pathlib
import sys
from collections import Counter, defaultdict
from fractions import Fraction as F

LAW = {
    "goods_price_weight_least": "30%", "services_price_weight_least": "10%",
    "consultation_goods_price_weight": ("30%", "60%"), "consultation_services_price_weight": ("10%", "30%"),
    "sme_partner_share_least": "30%", "domestic_cost_least": "80%",
    "abnormal_mean": "50%", "abnormal_second_lowest": "50%", "abnormal_ceiling": "45%", "abnormal_minutes": 30,
}
MINIMUM = 3
SCALE = {"fen": F(1, 100), "rate": F(100), "points": F(1), "number": F(1)}


class Refused(Exception):
    """The method or the bids are unusable, with the code of the reason."""


def number(text):
    return F(text[:-1]) / 100 if text.endswith("%") else F(text)


def to_whole(value, rule):
    if rule == "half_up":
        whole = math.floor(abs(value) + F(1, 2))
        return F(-whole if value < 0 else whole)
    return F({"half_even": round, "truncate": math.trunc, "ceiling": math.ceil}[rule](value))


def rounded(value, rounding, unit="points"):
    if rounding is None:
        return value
    scale = SCALE[unit] * 10 ** rounding["decimals"]
    return to_whole(value * scale, rounding["rule"]) / scale


def mean(values):
    return sum(values, F(0)) / len(values)


def leaves(criteria):
    for criterion in criteria:
        if "item" in criterion:
            yield criterion
        else:
            yield from leaves(criterion["parts"])


class Bid:
    def __init__(self, data):
        self.data, self.id = data, data["id"]
        self.status, self.price, self.corrections, self.triggers = "evaluated", None, [], []
        self.evaluated = self.price_score = self.total = self.rank = self.represented_by = None
        self.items = []

    @property
    def stands(self):
        return self.status in ("evaluated", "under_review", "unpriced")

    @property
    def scored(self):
        return self.status in ("evaluated", "under_review")


class Lot:
    def __init__(self, method, bids):
        self.method, self.input = method, bids
        self.law = dict(LAW)
        self.regime, self.lot = method["regime"], bids["lot"]
        ((self.rule, self.price_rule),) = method["price"].items()
        self.rounding = method.get("rounding", {})
        self.bids = [Bid(bid) for bid in sorted(bids["bids"], key=lambda bid: bid["id"])]
        self.waiting, self.notices, self.figures = [], [], {}
        self.state, self.ended, self.candidates, self.findings = None, None, [], Counter()
        self.used = set()

    # Section 2.
    def check_method(self):
        method = self.method
        if self.rule != "lowest":
            maximum = number(self.price_rule["maximum"]) if "maximum" in self.price_rule else F(0)
            for group in self.groups(method.get("criteria", [])):
                if sum(number(part["maximum"]) for part in group["parts"]) != number(group["maximum"]):
                    raise Refused("weights_do_not_sum")
            top = sum((number(c["maximum"]) for c in method.get("criteria", [])), maximum)
            if top != number(method["full"]):
                raise Refused("weights_do_not_sum")
        if self.rule == "low_price_first":
            weight = number(self.price_rule["maximum"]) / number(method["full"])
            if self.regime == "government_procurement":
                if weight < number(self.law[f"{method['object']}_price_weight_least"]):
                    raise Refused("price_weight")
            if self.regime == "competitive_consultation" and "approval" not in method and method["object"] != "works":
                least, most = map(number, self.law[f"consultation_{method['object']}_price_weight"])
                if not least <= weight <= most:
                    raise Refused("price_weight")
        if self.rule == "benchmark" and self.regime != "engineering":
            raise Refused("benchmark_not_allowed")

    def groups(self, criteria):
        for criterion in criteria:
            if "parts" in criterion:
                yield criterion
                yield from self.groups(criterion["parts"])

    def check_bids(self):
        minutes = self.method.get("abnormal", {}).get("minutes", self.law["abnormal_minutes"])
        for bid in self.bids:
            review = bid.data.get("review", {})
            if "asked_at" in review and review["due_at"] - review["asked_at"] < minutes * 60000:
                raise Refused("review_too_short")
        for draw in self.method.get("draws", []):
            results = [number(d["value"]) for d in self.input.get("draws", []) if d["name"] == draw["name"]]
            if results and results[0] not in map(number, draw["values"]):
                raise Refused("draw_not_in_list")
        for draw in self.method.get("draws", []):
            if all(d["name"] != draw["name"] for d in self.input.get("draws", [])):
                raise Refused("draw_missing")
        items = {leaf["id"] for leaf in leaves(self.method.get("criteria", []))}
        self.marks, self.sheets = {}, {}
        for sheet in self.input.get("sheets", []):
            marks = {mark["item"]: number(mark["mark"]) for mark in sheet["marks"]}
            if set(marks) != items:
                raise Refused("mark_missing")
            self.marks[sheet["bid"], sheet["expert"]] = marks
            self.sheets[sheet["bid"], sheet["expert"]] = sheet
        self.experts = sorted(self.input.get("experts", []))

    # Section 3.
    def correct(self, bid):
        data = bid.data
        if "price" not in data:
            return
        price = F(data["price"])
        statement = data.get("statement")
        bid.price = price
        if statement is not None:
            bid.price = self.corrected(bid, price, statement)
        if bid.corrections and statement.get("confirmed") is False:
            bid.status = "unconfirmed"
            return
        limits = [self.lot.get("ceiling")]
        if self.regime != "engineering":
            limits.append(self.lot.get("budget"))
        if any(limit is not None and bid.price > limit for limit in limits):
            bid.status = "above_limit"
            return
        if bid.corrections and "confirmed" not in statement:
            self.waiting.append(("confirmation", [bid.id]))

    def corrected(self, bid, price, statement):
        default = ["schedule_over_body", "words_over_figures", "misplaced_point", "units_over_total"]
        rule = self.method.get("correction", {"order": default[1:] if self.regime == "engineering" else default})
        line_rounding = rule.get("line", {"rule": "half_up", "decimals": 2})
        order = rule["order"]
        body, words = statement.get("body"), statement.get("words")
        lines = statement.get("lines", [])
        shifted = any("shift" in line for line in lines)
        units = None
        if lines:
            units = F(0)
            for line in lines:
                unit = number(line["unit_price"]) * 100
                if "misplaced_point" in order:
                    unit *= F(10) ** line.get("shift", 0)
                units += rounded(number(line["quantity"]) * unit, line_rounding, "fen")
        total = price
        for step in order:
            if step == "schedule_over_body" and body is not None and body != total:
                bid.corrections.append((step, total))
            if step == "words_over_figures" and words is not None and words != total:
                total = F(words)
                bid.corrections.append((step, total))
            if step == "misplaced_point" and shifted:
                bid.corrections.append((step, total))
            if step == "units_over_total" and units is not None and units != total:
                total = units
                bid.corrections.append((step, total))
        unsettled = {
            "schedule_over_body": body is not None and body != price,
            "words_over_figures": words is not None and words != price,
            "misplaced_point": shifted,
            "units_over_total": units is not None and units != total,
        }
        if any(there and step not in order for step, there in unsettled.items()):
            raise Refused("contradiction_unsettled")
        return total

    # Section 4.
    def abnormal(self):
        standing = [bid for bid in self.bids if bid.stands]
        prices = [bid.price for bid in standing if bid.price is not None]
        thresholds = []
        figures = self.regime != "engineering" or "abnormal" in self.method
        if figures and self.rule != "none":
            stated = self.method.get("abnormal", {})
            share = lambda name: number(stated.get(name, self.law[f"abnormal_{name}"]))
            if prices:
                thresholds.append(("mean", share("mean") * mean(prices)))
            if len(prices) > 1:
                thresholds.append(("second_lowest", share("second_lowest") * sorted(prices)[1]))
            limit = self.lot.get("ceiling", self.lot.get("budget"))
            if limit is None:
                self.notices.append("no_reference")
            else:
                thresholds.append(("ceiling", share("ceiling") * limit))
            self.figures.update({f"abnormal_{name}": value for name, value in thresholds})
        for bid in standing:
            if bid.price is not None:
                bid.triggers = [name for name, value in thresholds if bid.price < value]
                if bid.price == 0 and self.rule != "none":
                    bid.triggers.append("zero")
            review = bid.data.get("review")
            if review and "by_committee" in review:
                bid.triggers.append("committee")
            if not bid.triggers:
                if review is not None:
                    raise Refused("review_without_cause")
                continue
            review = review or {}
            if "verdict" in review:
                if review["verdict"]["kind"] == "unproven":
                    bid.status = "unproven"
                elif "zero" in bid.triggers:
                    raise Refused("zero_price_proven")
                continue
            bid.status = "unpriced" if "zero" in bid.triggers else "under_review"
            kind = "answered" if "answered_at" in review else "asked" if "asked_at" in review else "to_ask"
            self.waiting.append((f"review_{kind}", [bid.id]))

    # Section 8.
    def brand_groups(self):
        standing = [bid for bid in self.bids if bid.stands]
        rule = self.method.get("same_brand")
        if not rule:
            return [[bid] for bid in standing]
        brands = {bid.id: {b["product"]: b["brand"].strip() for b in bid.data["brands"]} for bid in standing}
        if rule["match"] == "all":
            groups = defaultdict(list)
            for bid in standing:
                groups[tuple(sorted(brands[bid.id].items()))].append(bid)
            return list(groups.values())
        groups = []
        for bid in standing:
            linked = [g for g in groups if any(set(brands[o.id].items()) & set(brands[bid.id].items()) for o in g)]
            groups = [g for g in groups if g not in linked] + [[bid] + [o for g in linked for o in g]]
        return groups

    def choice(self, purpose, ids):
        for index, choice in enumerate(self.input.get("choices", [])):
            if choice["purpose"] == purpose and sorted(choice["order"]) == sorted(ids):
                self.used.add(index)
                return choice["order"]
        return None

    def settle(self, tied):
        tied = sorted(tied, key=lambda bid: bid.id)
        if len(tied) < 2:
            return tied
        ids = [bid.id for bid in tied]
        order = self.choice("same_brand", ids)
        if order:
            return [bid for bid in tied if bid.id == order[0]]
        self.waiting.append(("same_brand_draw", ids))
        return tied

    # Section 5.
    def too_few(self, distinct):
        if self.regime == "engineering":
            if distinct == 0:
                self.ended = "all_rejected"
            elif distinct < MINIMUM:
                self.notices.append("may_reject_all")
            return
        minimum = self.method.get("minimum_responsive", {"value": MINIMUM})["value"]
        if distinct < minimum:
            above = [bid for bid in self.bids if bid.status == "above_limit"]
            passed = [bid for bid in self.bids if bid.status not in ("unqualified", "nonconforming")]
            all_above = distinct == 0 and above and len(above) == len(passed)
            self.ended = "all_above_limit" if all_above else "too_few"

    def deduct(self):
        if self.rule == "none":
            return
        deductions = self.method.get("deductions", {})
        scored = [bid for bid in self.bids if bid.scored]
        qualifies = {}
        for bid in scored:
            products = bid.data.get("products", [])
            own = sum(product["cost"] for product in products if product["domestic"])
            everything = sum(product["cost"] for product in products)
            qualifies[bid.id] = bool(products) and F(own, everything) >= number(self.law["domestic_cost_least"])
        compete = not all(qualifies.values())
        sme = deductions.get("sme")
        if sme and self.lot.get("set_aside"):
            self.notices.append("set_aside")
        for bid in scored:
            off = []
            if "domestic" in deductions and qualifies[bid.id] and compete:
                off.append(number(deductions["domestic"]))
            of = bid.data.get("sme")
            if sme and of and not self.lot.get("set_aside"):
                if of == "own":
                    off.append(number(sme["rate"]))
                else:
                    (partner,) = of.values()
                    enough = number(partner["share"]) >= number(self.law["sme_partner_share_least"])
                    if enough and "partner_rate" in sme:
                        off.append(number(sme["partner_rate"]))
            bid.evaluated = bid.price
            if off:
                exact = bid.price - sum(bid.price * rate for rate in off)
                bid.evaluated = rounded(exact, self.rounding.get("evaluated_price"), "fen")
            if bid.evaluated == 0:
                raise Refused("evaluated_price_zero")

    # Section 6.
    def drawn(self, value):
        ((kind, content),) = value.items()
        if kind == "fixed":
            return number(content)
        return next(number(draw["value"]) for draw in self.input["draws"] if draw["name"] == content)

    def benchmark(self, prices):
        if self.rule == "low_price_first":
            return min(prices)
        rule = self.price_rule
        prices = sorted(prices)
        count = len(prices)
        ((kind, how),) = rule["mean"].items()
        if kind == "second":
            first = mean(prices)
            value = (first + mean([price for price in prices if price <= first])) / 2
        else:
            high = low = 0
            if kind == "trim_count" and count >= how["from"]:
                high, low = how["highest"], how["lowest"]
            if kind == "trim_share" and count >= how["from"]:
                high, low = (int(to_whole(number(how[end]) * count, how["rounding"])) for end in ("highest", "lowest"))
            if high + low >= count:
                high = low = 0
            value = mean(prices[low:count - high])
        value = rounded(value, self.rounding.get("mean"), "fen")
        if "blend" in rule:
            weight = self.drawn(rule["blend"]["weight"])
            value = weight * value + (1 - weight) * self.lot["ceiling"]
        if "factor" in rule:
            value *= self.drawn(rule["factor"])
        if "reduction" in rule:
            value *= 1 - self.drawn(rule["reduction"])
        value = rounded(value, self.rounding.get("benchmark"), "fen")
        if value == 0:
            raise Refused("benchmark_zero")
        return value

    def price_score(self, price, benchmark):
        rule = self.price_rule
        maximum = number(rule["maximum"])
        if self.rule == "low_price_first":
            ratio = rounded(benchmark / price, self.rounding.get("price_ratio"), "rate")
            return rounded(ratio * maximum, self.rounding.get("price_score"))
        deviation = rounded((price - benchmark) / benchmark, self.rounding.get("deviation"), "rate")
        deduct = rule["deduct"]
        steps = abs(deviation) / number(deduct["per"])
        if deduct["steps"] == "started":
            steps = math.ceil(steps)
        if deduct["steps"] == "completed":
            steps = math.floor(steps)
        each = number(deduct["above"] if deviation > 0 else deduct["below"])
        return rounded(max(maximum - steps * each, number(rule["floor"])), self.rounding.get("price_score"))

    # Section 7.
    def weight(self, leaf):
        return number(leaf["maximum"]) / number(leaf["item"].get("marked_out_of", leaf["maximum"]))

    def expert_total(self, bid_id, expert):
        marks = self.marks[bid_id, expert]
        return sum((marks[leaf["id"]] * self.weight(leaf) for leaf in leaves(self.method["criteria"])), F(0))

    def left_out(self, values):
        drop = self.method.get("aggregate", {}).get("drop", {})
        order = [name for _, name in sorted(values)]
        lowest, highest = drop.get("lowest", 0), drop.get("highest", 0)
        return set(order[:lowest]) | set(order[len(order) - highest:])

    def score_items(self, bid):
        criteria = self.method.get("criteria", [])
        if not criteria:
            return []
        if not self.experts:
            raise Refused("experts_missing")
        if any((bid.id, expert) not in self.marks for expert in self.experts):
            raise Refused("sheet_missing")
        aggregate = self.method.get("aggregate", {})
        drop = aggregate.get("drop", {})
        if len(self.experts) <= drop.get("lowest", 0) + drop.get("highest", 0):
            raise Refused("too_few_experts")
        out = None
        if aggregate.get("over", "item") == "total":
            out = self.left_out([(self.expert_total(bid.id, expert), expert) for expert in self.experts])

        def score(criterion):
            place = len(bid.items)
            if "parts" in criterion:
                value = sum((score(part) for part in criterion["parts"]), F(0))
            else:
                marks = {expert: self.marks[bid.id, expert][criterion["id"]] for expert in self.experts}
                gone = out if out is not None else self.left_out([(mark, e) for e, mark in marks.items()])
                value = mean([mark for expert, mark in marks.items() if expert not in gone]) * self.weight(criterion)
                value = rounded(value, self.rounding.get("item"))
            bid.items.insert(place, (criterion["id"], value))
            return value

        return [score(criterion) for criterion in criteria]

    # Section 9.
    def better(self, bid):
        price = bid.evaluated if bid.evaluated is not None else F(0)
        return (price,) if self.rule == "lowest" else (-bid.total, price)

    def rank_all(self):
        scored = [bid for bid in self.bids if bid.scored]
        for bid in scored:
            bid.rank = 1 + sum(self.better(other) < self.better(bid) for other in scored)
        criteria = self.method.get("equal_candidates", {}).get("criteria", [])
        groups = defaultdict(list)
        for bid in scored:
            if bid.represented_by is None:
                scores = dict(bid.items)
                groups[bid.rank, tuple(-scores[item] for item in criteria)].append(bid.id)
        most = self.method.get("candidates", 3)
        for _, ids in sorted(groups.items()):
            left = most - len(self.candidates)
            if left <= 0:
                break
            place = len(self.candidates) + 1
            order = self.choice("equal_candidates", ids) if len(ids) > 1 else ids
            if order:
                self.candidates += [(place + n, bid) for n, bid in enumerate(order[:left])]
                continue
            if len(ids) > left:
                self.waiting.append(("equal_candidates_draw", ids))
            else:
                self.notices.append("equal_candidates")
            self.candidates += [(place, bid) for bid in ids]

    # Section 10.
    def check(self):
        found = Counter()
        deviation = self.method.get("deviation", {})
        by_bid = defaultdict(list)
        for bid, expert in self.marks:
            by_bid[bid].append(expert)
        for bid, experts in by_bid.items():
            for leaf in leaves(self.method.get("criteria", [])):
                item, marks = leaf["id"], {e: self.marks[bid, e][leaf["id"]] for e in experts}
                most = number(leaf["item"].get("marked_out_of", leaf["maximum"]))
                for expert, mark in marks.items():
                    if not 0 <= mark <= most:
                        found["out_of_range", bid, item, expert] += 1
                if leaf["item"]["kind"] == "objective" and len(set(marks.values())) > 1:
                    found["objective_differs", bid, item, None] += 1
                if leaf["item"]["kind"] == "subjective" and "item" in deviation:
                    middle = mean(list(marks.values()))
                    for expert, mark in marks.items():
                        if abs(mark - middle) > number(deviation["item"]) * abs(middle):
                            found["item_deviates", bid, item, expert] += 1
            for expert in experts:
                sheet = self.sheets[bid, expert]
                if "total" in sheet and number(sheet["total"]) != sum(self.marks[bid, expert].values()):
                    found["wrong_sum", bid, None, expert] += 1
            if "total" in deviation:
                totals = {expert: self.expert_total(bid, expert) for expert in experts}
                middle = mean(list(totals.values()))
                for expert, total in totals.items():
                    if abs(total - middle) > number(deviation["total"]) * abs(middle):
                        found["total_deviates", bid, None, expert] += 1
        self.findings = found

    def evaluate(self):
        self.check_method()
        self.check_bids()
        for bid in self.bids:
            for review, status in (("qualification", "unqualified"), ("conformity", "nonconforming")):
                if bid.stands and bid.data[review] != "passed":
                    bid.status = status
            if bid.stands:
                self.correct(bid)
        self.abnormal()
        groups = self.brand_groups()
        if self.rule == "lowest":
            for group in groups:
                lowest = min(bid.price for bid in group)
                kept = self.settle([bid for bid in group if bid.price == lowest])
                for bid in group:
                    if bid not in kept:
                        bid.status = "same_brand"
        self.too_few(len(groups))
        if self.ended:
            self.state = "all_rejected" if self.regime == "engineering" else "cancelled"
            self.waiting = []
            self.ready = True
            return
        self.deduct()
        scored = [bid for bid in self.bids if bid.scored]
        benchmark = None
        if self.rule in ("low_price_first", "benchmark") and scored:
            benchmark = self.figures["benchmark"] = self.benchmark([bid.evaluated for bid in scored])
        if self.rule != "lowest":
            for bid in scored:
                top = self.score_items(bid)
                if benchmark is not None:
                    bid.price_score = self.price_score(bid.evaluated, benchmark)
                    top.append(bid.price_score)
                bid.total = rounded(sum(top, F(0)), self.rounding.get("total"))
            self.represent(groups)
        self.rank_all()
        if len(self.used) < len(self.input.get("choices", [])):
            raise Refused("choice_unused")
        self.check()
        self.state = "provisional" if self.waiting else "final"
        grave = {"out_of_range", "objective_differs", "wrong_sum"}
        self.ready = not self.waiting and not any(kind in grave for kind, *_ in self.findings)

    def represent(self, groups):
        for group in groups:
            scored = [bid for bid in group if bid.scored]
            if len(group) < 2 or not scored:
                continue
            best = max(bid.total for bid in scored)
            tied = [bid for bid in scored if bid.total == best]
            if self.method["same_brand"]["tie"] == "lower_price" and tied[0].evaluated is not None:
                least = min(bid.evaluated for bid in tied)
                tied = [bid for bid in tied if bid.evaluated == least]
            kept = self.settle(tied)
            for bid in scored:
                if bid not in kept:
                    bid.represented_by = kept[0].id

    def summary(self):
        """What must be equal, in one comparable shape."""
        bids = {}
        for bid in self.bids:
            bids[bid.id] = {
                "status": bid.status, "price": bid.price, "evaluated_price": bid.evaluated,
                "price_score": bid.price_score, "total": bid.total, "rank": bid.rank,
                "represented_by": bid.represented_by, "items": bid.items, "triggers": bid.triggers,
                "corrections": bid.corrections,
            }
        return {
            "state": self.state, "ended": self.ended, "bids": bids, "figures": self.figures,
            "waiting": sorted(self.waiting), "notices": Counter(self.notices), "candidates": self.candidates,
            "findings": self.findings, "ready": self.ready,
        }


def theirs(outcome):
    """The outcome in the same shape."""
    value = lambda figured: None if figured is None else F(figured["exact"])
    bids = {}
    for bid in outcome["bids"]:
        bids[bid["bid"]] = {
            "status": bid["status"], "price": value(bid.get("price")), "rank": bid.get("rank"),
            "evaluated_price": value(bid.get("evaluated_price")), "price_score": value(bid.get("price_score")),
            "total": value(bid.get("total")), "represented_by": bid.get("represented_by"),
            "items": [(item["item"], value(item["score"])) for item in bid.get("items", [])],
            "triggers": bid.get("triggers", []),
            "corrections": [(c["step"], value(c["total"])) for c in bid.get("corrections", [])],
        }
    return {
        "state": outcome["state"], "ended": outcome.get("ended", {}).get("kind"), "bids": bids,
        "figures": {figure["kind"]: value(figure) for figure in outcome["figures"]},
        "waiting": sorted((waiting["kind"], waiting["bids"]) for waiting in outcome["waiting"]),
        "notices": Counter(notice["kind"] for notice in outcome["notices"]),
        "candidates": [(candidate["place"], candidate["bid"]) for candidate in outcome["candidates"]],
        "findings": Counter((f["kind"], f["bid"], f.get("item"), f.get("expert")) for f in outcome["findings"]),
        "ready": outcome["ready_to_sign"],
    }


OPS = {
    "sum": lambda v: sum(v, F(0)), "difference": lambda v: v[0] - sum(v[1:], F(0)), "product": math.prod,
    "quotient": lambda v: v[0] / v[1], "minimum": min, "maximum": max, "mean": mean,
    "second_lowest": lambda v: sorted(v)[1], "absolute": lambda v: abs(v[0]),
    "steps_started": lambda v: F(math.ceil(v[0] / v[1])), "steps_completed": lambda v: F(math.floor(v[0] / v[1])),
}


def shown(value, unit, least):
    scaled = value * SCALE[unit]
    units = to_whole(scaled * 10**8, "half_up")
    mark = "" if units == scaled * 10**8 else "≈"
    whole, decimals = divmod(int(abs(units)), 10**8)
    decimals = f"{decimals:08}".rstrip("0").ljust(2 if unit == "fen" else least, "0")
    text = f"{whole:,}" if unit == "fen" else str(whole)
    sign = "-" if units < 0 else ""
    return mark + sign + text + (f".{decimals}" if decimals else "") + ("%" if unit == "rate" else "")


def check_derivation(outcome):
    """Evaluates every node again, and finds every number of the outcome among them."""
    values = []
    for index, node in enumerate(outcome["derivation"]):
        assert node["id"] == index and all(i < index for i in node.get("inputs", [])), f"node {index} is out of order"
        if node["op"] == "given":
            value = F(node["exact"])
            assert node["source"], f"node {index} has no source"
        elif node["op"] == "mean_of_marks":
            value = mean([F(mark["mark"]) for mark in node["marks"] if not mark.get("left_out")])
        else:
            value = OPS[node["op"]]([values[i] for i in node["inputs"]])
        value = rounded(value, node.get("rounding"), node["unit"])
        assert str(value) == node["exact"], f"node {index}: {value} is not {node['exact']}"
        least = node.get("rounding", {}).get("decimals", 0)
        text = shown(value, node["unit"], least)
        assert text == node["shown"], f"node {index}: {text} is not {node['shown']}"
        values.append(value)

    def walk(value):
        if isinstance(value, dict):
            if "node" in value:
                node = outcome["derivation"][value["node"]]
                assert (node["exact"], node["shown"]) == (value["exact"], value["shown"])
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk({key: value for key, value in outcome.items() if key != "derivation"})
    return len(values)


def compare(lines):
    lots, nodes, methods, states, refusals = 0, 0, Counter(), Counter(), Counter()
    for text in lines:
        entry = json.loads(text)
        lots += 1
        name = entry["method"]["id"]
        methods[name] += 1
        lot = Lot(entry["method"], entry["bids"])
        try:
            lot.evaluate()
            mine = None
        except Refused as refused:
            mine = str(refused)
        if "error" in entry or mine:
            code = entry.get("error", {}).get("code")
            # Of several things wrong either may be found first.
            refusals[code if code == mine else "another reason first"] += 1
            if not (code and mine):
                sys.exit(f"lot {lots} ({name}): refused as {code}, here as {mine}\n{text}")
            continue
        outcome = entry["outcome"]
        states[outcome["state"]] += 1
        ours, other = lot.summary(), theirs(outcome)
        if ours != other:
            for key in ours:
                if ours[key] != other[key]:
                    print(f"{key}:\n  here   {ours[key]}\n  engine {other[key]}", file=sys.stderr)
            sys.exit(f"lot {lots} ({name}): the outcomes differ\n{text}")
        try:
            nodes += check_derivation(outcome)
        except AssertionError as error:
            sys.exit(f"lot {lots} ({name}): {error}\n{text}")
    print(f"{lots} lots, {nodes} derived numbers, 0 differences")
    for title, counter in (("methods", methods), ("states", states), ("refusals", refusals)):
        print(f"  {title}:", ", ".join(f"{key} {count}" for key, count in sorted(counter.items(), key=str)))


def schemas(folder, catalogue):
    import jsonschema

    folder = pathlib.Path(folder)
    checks = 0
    files = {
        "method": list(pathlib.Path(catalogue).glob("*.json")),
        "bids": list(folder.glob("examples/*.bids.json")),
        "outcome": list(folder.glob("examples/*.outcome.json")),
    }
    for name, paths in files.items():
        schema = json.loads((folder / f"{name}.schema.json").read_text())
        validator = jsonschema.Draft202012Validator
        validator.check_schema(schema)
        for path in paths:
            value = json.loads(path.read_text())
            validator(schema).validate(value)
            assert not validator(schema).is_valid(value | {"unknown": 1}), f"{path}: an unknown member is accepted"
            checks += 1
    assert all(files.values())
    print(f"{checks} files are of their schemas")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--schemas"]:
        schemas(*sys.argv[2:])
    else:
        compare(sys.stdin)
