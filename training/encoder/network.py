"""Word pieces become the scores of every head: a BERT encoder that also sees case and quotation marks.

The heads read mixtures of all layers. The original six layers stand beside the tuned ones, on the same word and
position tables, and give the sentence vectors that fine-tuning would destroy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.encoder.base import Tensors
from training.encoder.configuration import Network as Widths
from training.encoder.contract import PIECES
from training.encoder.examples import CASES, QUOTES, Labels

LAYERS, HIDDEN, ATTENTION_HEADS, INNER, WORDS, POSITIONS = 6, 384, 12, 1536, 30_522, 512
FORBIDDEN = -1e4
"""Score of what may not be chosen; small enough for bfloat16 and half precision."""
VIEWS = ("tags", "tree", "names", "quotes")
"""What reads the layers: each with a mixture of its own."""


class Layer(nn.Module):
    """One layer of BERT (Devlin et al. 2019), with queries, keys and values in one matrix."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.dropout = dropout
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.out = nn.Linear(HIDDEN, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.inner = nn.Linear(HIDDEN, INNER)
        self.outer = nn.Linear(INNER, HIDDEN)
        self.outer_norm = nn.LayerNorm(HIDDEN, eps=1e-12)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        rows, length, _ = x.shape
        shape = (rows, length, ATTENTION_HEADS, HIDDEN // ATTENTION_HEADS)
        query, key, value = (part.reshape(shape).transpose(1, 2) for part in self.qkv(x).split(HIDDEN, -1))
        # Written out: the fused kernel's backward pass in bfloat16 takes a CPU three times as long.
        scores = query @ key.transpose(2, 3) * (HIDDEN // ATTENTION_HEADS) ** -0.5 + mask.to(query.dtype)
        seen = torch.softmax(scores, -1, dtype=scores.dtype) @ value
        seen = self.out(seen.transpose(1, 2).reshape(rows, length, HIDDEN))
        x = self.norm(x + F.dropout(seen, self.dropout, self.training))
        seen = self.outer(F.gelu(self.inner(x)))
        return self.outer_norm(x + F.dropout(seen, self.dropout, self.training))

    def load(self, base: Tensors, number: int) -> None:
        """Take the weights of layer ``number``."""
        prefix = f"encoder.layer.{number}."
        parts = [prefix + f"attention.self.{name}" for name in ("query", "key", "value")]
        for kind in ("weight", "bias"):
            _set(getattr(self.qkv, kind), torch.cat([_tensor(base, f"{name}.{kind}") for name in parts]))
            for module, name in (
                (self.out, "attention.output.dense"),
                (self.norm, "attention.output.LayerNorm"),
                (self.inner, "intermediate.dense"),
                (self.outer, "output.dense"),
                (self.outer_norm, "output.LayerNorm"),
            ):
                _set(getattr(module, kind), _tensor(base, f"{prefix}{name}.{kind}"))


class Stack(nn.Module):
    """The sum of the embeddings, normalised, and six layers."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.dropout = dropout
        self.kind = nn.Parameter(torch.zeros(HIDDEN))
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))

    def forward(self, embedded: Tensor, attention_mask: Tensor) -> list[Tensor]:
        """The embeddings and what comes out of each layer."""
        mask = ((1.0 - attention_mask.to(torch.float32)) * FORBIDDEN)[:, None, None, :]
        x = F.dropout(self.norm(embedded + self.kind), self.dropout, self.training)
        states = [x]
        for layer in self.layers:
            x = layer(x, mask)
            states.append(x)
        return states

    def load(self, base: Tensors) -> None:
        """Take the weights of the base model."""
        _set(self.kind, _tensor(base, "embeddings.token_type_embeddings.weight")[0])
        _set(self.norm.weight, _tensor(base, "embeddings.LayerNorm.weight"))
        _set(self.norm.bias, _tensor(base, "embeddings.LayerNorm.bias"))
        for number, layer in enumerate(self.layers):
            layer.load(base, number)


class Network(nn.Module):
    """The tuned encoder with its heads."""

    def __init__(self, widths: Widths, labels: Labels) -> None:
        super().__init__()
        self.widths = widths
        self.words = nn.Embedding(WORDS, HIDDEN)
        self.positions = nn.Embedding(POSITIONS, HIDDEN)
        self.encoder = Stack(widths.dropout)
        self.case = nn.Embedding(len(CASES), HIDDEN)
        self.quoted = nn.Embedding(2, HIDDEN)
        self.mixtures = nn.Parameter(torch.zeros(len(VIEWS), LAYERS + 1))
        self.word_case = nn.Embedding(len(CASES), HIDDEN)
        for embedding in (self.case, self.quoted, self.word_case):
            nn.init.normal_(embedding.weight, std=0.01)
        self.upos = nn.Linear(HIDDEN, len(labels.upos))
        self.xpos = nn.Linear(HIDDEN, len(labels.xpos))
        self.sentence_start = nn.Linear(HIDDEN, 2)
        self.names = nn.Linear(HIDDEN, len(labels.names))
        self.arc_dependent = nn.Linear(HIDDEN, widths.arcs)
        self.arc_head = nn.Linear(HIDDEN, widths.arcs)
        self.arcs = nn.Parameter(torch.empty(widths.arcs + 1, widths.arcs))
        self.relation_dependent = nn.Linear(HIDDEN, widths.relations)
        self.relation_head = nn.Linear(HIDDEN, widths.relations)
        self.relations = nn.Parameter(torch.empty(len(labels.relations), widths.relations + 1, widths.relations + 1))
        nn.init.normal_(self.arcs, std=0.02)
        nn.init.normal_(self.relations, std=0.02)
        self.quotes = nn.Linear(HIDDEN, len(QUOTES))
        self.pointer_query = nn.Linear(HIDDEN, 2 * widths.pointers)
        self.pointer_key = nn.Linear(HIDDEN, 2 * widths.pointers)

    def load_base(self, base: Tensors) -> None:
        """Start from the base model; the heads keep their random weights."""
        _set(self.words.weight, _tensor(base, "embeddings.word_embeddings.weight"))
        _set(self.positions.weight, _tensor(base, "embeddings.position_embeddings.weight"))
        self.encoder.load(base)

    def states(self, input_ids: Tensor, case_ids: Tensor, quote_ids: Tensor, attention_mask: Tensor) -> list[Tensor]:
        """The embeddings and the output of each layer, pieces x width."""
        embedded = (
            embed(self.words, self.positions, input_ids)
            + self.widths.case * self.case(case_ids)
            + self.quoted(quote_ids)
        )
        return self.encoder(embedded, attention_mask)

    def views(self, states: list[Tensor], names: Sequence[str] = VIEWS) -> tuple[Tensor, ...]:
        """The mixture of layers that each kind of head reads (Peters et al. 2018)."""
        shares = self.mixtures[[VIEWS.index(name) for name in names]].softmax(-1)
        mixed = shares.to(states[0].dtype) @ torch.stack(states).reshape(len(states), -1)
        return mixed.reshape(len(names), *states[0].shape).unbind(0)

    def of_words(self, pieces: Tensor, batch: dict[str, Tensor]) -> Tensor:
        """Vectors of words: the mean of the first and the last piece, and again the case."""
        total = batch["attention_mask"].sum(1, keepdim=True)
        first = batch["first_piece"]
        last = torch.maximum(torch.cat([first[:, 1:], total], 1) - 1, first)
        end = batch["attention_mask"].shape[1] - 1
        first, last = first.clamp(max=end), last.clamp(max=end)
        vectors = (_rows(pieces, first) + _rows(pieces, last)) * 0.5
        vectors = vectors + self.widths.case * self.word_case(batch["case_ids"].gather(1, first))
        return self._drop(vectors, self.widths.word_dropout)

    def sentences(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Scores of the heads that read words; ``relation_*`` are what ``relation_scores`` joins."""
        return self._word_scores(self.views(self.states(*(batch[name] for name in PIECES)), VIEWS[:3]), batch)

    def _word_scores(self, views: Sequence[Tensor], batch: dict[str, Tensor]) -> dict[str, Tensor]:
        tags, tree, names = (self.of_words(view, batch) for view in views)
        dependent, head = self._arc(self.arc_dependent(tree)), self._arc(self.arc_head(tree))
        return {
            "upos": self.upos(tags),
            "xpos": self.xpos(tags),
            "ner": self.names(names),
            "sentence_start": self.sentence_start(tags),
            "arc_scores": _with_one(dependent) @ self.arcs.to(dependent.dtype) @ head.transpose(1, 2),
            "relation_dependent": self._arc(self.relation_dependent(tree)),
            "relation_head": self._arc(self.relation_head(tree)),
        }

    def _arc(self, x: Tensor) -> Tensor:
        return self._drop(F.gelu(x), self.widths.arc_dropout)

    def _drop(self, x: Tensor, share: float) -> Tensor:
        """Dropout of the same features in all words of a window, as in parsers since Gal and Ghahramani 2016."""
        if not self.training:
            return x
        return x * F.dropout(torch.ones_like(x[:, :1]), share, training=True)

    def relation_scores(self, dependent: Tensor, head: Tensor, heads: Tensor) -> Tensor:
        """Scores of each relation of each word with its head in ``heads``."""
        head = _with_one(_rows(head, heads))
        return torch.einsum("bwi,rij,bwj->bwr", _with_one(dependent), self.relations.to(head.dtype), head)

    def attributions(self, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Tags of pieces, and pointers (to the cue, to the source) from piece to piece."""
        (pieces,) = self.views(self.states(*(batch[name] for name in PIECES)), VIEWS[3:])
        return self._attributions(pieces)

    def _attributions(self, pieces: Tensor) -> tuple[Tensor, Tensor]:
        rows, length, _ = pieces.shape
        shape = (rows, length, 2, self.widths.pointers)
        query = self.pointer_query(pieces).view(shape).transpose(1, 2)
        key = self.pointer_key(pieces).view(shape).transpose(1, 2)
        return self.quotes(pieces), query @ key.transpose(2, 3) / self.widths.pointers**0.5

    def everything(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """All outputs of one window, as run time asks for them."""
        *of_words, of_quotes = self.views(self.states(*(batch[name] for name in PIECES)))
        quotes, pointers = self._attributions(of_quotes)
        return self._word_scores(of_words, batch) | {"tags": quotes, "pointers": pointers}


class Original(nn.Module):
    """The base model as it was, for sentence vectors: mean of the pieces, of length one."""

    def __init__(self, base: Tensors) -> None:
        super().__init__()
        self.encoder = Stack(0.0)
        self.encoder.load(base)

    def forward(self, embedded: Tensor, attention_mask: Tensor) -> Tensor:
        pieces = self.encoder(embedded, attention_mask)[-1]
        weights = attention_mask.to(pieces.dtype)[..., None]
        mean = (pieces * weights).sum(1) / weights.sum(1)
        return mean / (mean * mean).sum(-1, keepdim=True).sqrt()


def embed(words: nn.Embedding, positions: nn.Embedding, input_ids: Tensor) -> Tensor:
    """Word and position embeddings, which both stacks share."""
    return words(input_ids) + positions.weight[: input_ids.shape[1]]


def _rows(x: Tensor, index: Tensor) -> Tensor:
    return x.gather(1, index[..., None].expand(-1, -1, x.shape[-1]))


def _with_one(x: Tensor) -> Tensor:
    return torch.cat([x, torch.ones_like(x[..., :1])], -1)


def _tensor(base: Tensors, name: str) -> Tensor:
    return torch.from_numpy(base[name].copy())


def _set(parameter: Any, value: Tensor) -> None:
    with torch.no_grad():
        parameter.copy_(value)
