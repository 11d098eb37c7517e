"""The rules of the HL7 data types: one function per type for what it adds to the type it extends.

A function appends the identifiers of the rules that an element breaks. Rule dtr1-1-ANY, which every type
inherits, is settled for the whole document by `nulls`. Source: `datatypes.csv`, which words every rule.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from ..tree import Node
from . import coded, dosing, identifiers, intervals, named, quantities, texts, times

Rules = Callable[[Node, list[str]], None]
EVERY: Final = "dtr1-1-ANY"

RULES: Final[Mapping[str, Rules]] = MappingProxyType(
    {
        "AD": named.ad,
        "AD.EPSOS": named.ad_epsos,
        "BIN": texts.bin_,
        "CD": coded.cd,
        "CD.EPSOS": coded.cd_epsos,
        "CE": coded.ce,
        "CE.EPSOS": coded.ce_epsos,
        "CS": coded.cs,
        "ED": texts.ed,
        "EIVL_TS": dosing.eivl_ts,
        "EN": named.en,
        "II": identifiers.ii,
        "II.EPSOS": identifiers.ii_epsos,
        "INT": quantities.int_,
        "IVL_PQ": intervals.ivl_pq,
        "IVL_TS": intervals.ivl_ts,
        "IVL_TS.EPSOS.TZ.OPT": intervals.ivl_ts_epsos_tz_opt,
        "IVXB_PQ": quantities.ivxb_pq,
        "IVXB_TS": quantities.ivxb_ts,
        "ON": named.on,
        "PIVL_TS": dosing.pivl_ts,
        "PN": named.pn,
        "PQ": quantities.pq,
        "QTY": quantities.qty,
        "SC": texts.sc,
        "ST": texts.st,
        "SXCM_PQ": quantities.sxcm_pq,
        "SXCM_TS": quantities.sxcm_ts,
        "SXPR_TS": dosing.sxpr_ts,
        "TEL": identifiers.tel,
        "TEL.EPSOS": identifiers.tel_epsos,
        "TS": times.ts,
        "TS.EPSOS.TZ": times.ts_epsos_tz,
        "URL": identifiers.url,
    }
)
#: Types that add nothing to the one they extend.
PLAIN: Final = frozenset({"ANY", "BL", "CV.EPSOS", "EIVL.event", "SD.TEXT"})
