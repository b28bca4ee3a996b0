"""Weights become the folder that run time loads: one ONNX file, in float or int8, with labels and tokenizer."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor, nn

from newskb.nlp.encoder import EMBEDDING
from training.encoder.base import Tensors
from training.encoder.contract import INPUTS, MODEL, OUTPUTS, PIECES
from training.encoder.examples import Labels
from training.encoder.network import Network, Original, embed

OPSET = 17
LARGE = 10_000
"""Values from which a float table of the int8 file is stored in half precision; smaller ones are not worth a node."""
FLOAT_HEADS = ("quotes", "pointer_query", "pointer_key")
"""Heads that stay in half precision in the int8 file: almost all that int8 costs, it costs there."""

EXACT_INPUTS = ("/encoder/layers.0/inner/MatMul",)
"""Products whose weights are int8 and whose input stays in float: a few features of the first layer are so large that
one scale for all leaves the others no digits. In int8 this one product costs the quotes .5 points."""


class Whole(nn.Module):
    """Both stacks on one word table, with the outputs in order."""

    def __init__(self, network: Network, original: Original) -> None:
        super().__init__()
        self.network = network
        self.original = original

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        batch = dict(zip(INPUTS, inputs, strict=True))
        scores = self.network.everything(batch)
        embedded = embed(self.network.words, self.network.positions, batch["input_ids"])
        vector = self.original(embedded, batch["attention_mask"])
        return (*(scores[name] for name in OUTPUTS), vector)


def export(network: Network, base: Tensors, labels: Labels, *, tokenizer: Path, folder: Path) -> tuple[Path, Path]:
    """Write the float model to ``folder/float`` and the int8 model to ``folder/int8``."""
    whole = Whole(network.cpu().eval(), Original(base)).eval()
    exact, small = folder / "float", folder / "int8"
    for place in (exact, small):
        place.mkdir(parents=True, exist_ok=True)
        labels.write(place / "labels.json")
        shutil.copyfile(tokenizer, place / "tokenizer.json")
        _save_relations(network.relations.detach().numpy(), place / "relation_weights.npz")
    traced, prepared = folder / "traced.onnx", folder / "prepared.onnx"
    _to_onnx(whole, traced)
    quant_pre_process(traced, prepared, skip_symbolic_shape=True)
    _save_apart(onnx.load(prepared), exact / MODEL)
    _save_apart(_quantised(prepared), small / MODEL)
    for path in (traced, prepared):
        path.unlink()
    return exact, small


def _save_relations(weights: np.ndarray, path: Path) -> None:
    """Relations x dependents x heads, as int8 with a scale for each relation and dependent feature."""
    scale = np.abs(weights).max(-1, keepdims=True).clip(1e-8) / 127
    np.savez_compressed(path, R=np.rint(weights / scale).astype(np.int8), scale=scale.astype(np.float32))


def _to_onnx(whole: Whole, path: Path) -> None:
    rows, pieces, words = 2, 32, 20  # of the example; all three are free in the file
    ids = torch.randint(1000, 2000, (rows, pieces))
    zeros = torch.zeros_like(ids)
    inputs = (ids, zeros, zeros, torch.ones_like(ids), torch.arange(words)[None].repeat(rows, 1))
    piece, word = {0: "rows", 1: "pieces"}, {0: "rows", 1: "words"}
    axes = dict.fromkeys(PIECES, piece) | dict.fromkeys(("first_piece", *OUTPUTS[:7]), word)
    axes["arc_scores"] = {0: "rows", 1: "words", 2: "words"}
    axes["tags"] = piece
    axes["pointers"] = {0: "rows", 2: "pieces", 3: "pieces"}
    axes[EMBEDDING] = {0: "rows"}
    with torch.no_grad():
        torch.onnx.export(
            whole,
            inputs,
            str(path),
            input_names=list(INPUTS),
            output_names=[*OUTPUTS, EMBEDDING],
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )


def _quantised(source: Path) -> onnx.ModelProto:
    """MatMul weights to int8 per channel; the word table to int8 with one scale a row, read only where it is needed."""
    model = onnx.load(source)
    quantise_table(model)
    rows_only, target = source.with_suffix(".rows"), source.with_suffix(".int8")
    onnx.save(model, rows_only)
    products = [node.name for node in model.graph.node if node.op_type == "MatMul"]
    kept = [name for name in products if _is_float_head(name) or name in EXACT_INPUTS]
    quantize_dynamic(
        rows_only,
        target,
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul", "Gemm"],
        nodes_to_exclude=kept,
    )
    small = onnx.load(target)
    for path in (rows_only, target):
        path.unlink()
    for name in EXACT_INPUTS:
        narrow_weights(small, name)
    halve_tables(small)
    return small


def _save_apart(model: onnx.ModelProto, path: Path) -> None:
    separate(model)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def separate(model: onnx.ModelProto) -> None:
    """Run only one of the two stacks: the heads where there are words, the vector where ``first_piece`` is empty.

    onnxruntime always runs the whole graph, whatever outputs are asked for, except for the branch of an ``If`` that is
    not taken; the outputs of the other stack are then empty.
    """
    graph = model.graph
    heads, vector = _needed(graph, OUTPUTS), _needed(graph, (EMBEDDING,))
    nodes = list(graph.node)
    condition = [
        helper.make_node("Size", ["first_piece"], ["count_of_words"], name="count_words"),
        helper.make_node("Cast", ["count_of_words"], ["has_words"], to=onnx.TensorProto.BOOL, name="any_words"),
    ]
    branches = [
        _branch(graph, [nodes[i] for i in sorted(heads - vector)], OUTPUTS, is_taken_with_words=True),
        _branch(graph, [nodes[i] for i in sorted(vector - heads)], (EMBEDDING,), is_taken_with_words=False),
    ]
    shared = [nodes[i] for i in sorted(heads & vector)]
    del graph.node[:]
    graph.node.extend([*shared, *condition, *branches])


def _needed(graph: onnx.GraphProto, outputs: Sequence[str]) -> set[int]:
    """The nodes without which ``outputs`` cannot be computed."""
    made_by = {name: index for index, node in enumerate(graph.node) for name in node.output}
    wanted, found = list(outputs), set()
    while wanted:
        index = made_by.get(wanted.pop())
        if index is not None and index not in found:
            found.add(index)
            wanted += graph.node[index].input
    return found


def _branch(
    graph: onnx.GraphProto, nodes: Sequence[onnx.NodeProto], outputs: Sequence[str], *, is_taken_with_words: bool
) -> onnx.NodeProto:
    """An ``If`` around ``nodes``; tables that only they read move in with them, so that they are optimised together."""
    inside = {id(node) for node in nodes}
    elsewhere = {name for node in graph.node if id(node) not in inside for name in node.input}
    own = [table for table in graph.initializer if table.name not in elsewhere]
    own = [table for table in own if any(table.name in node.input for node in nodes)]
    for table in own:
        graph.initializer.remove(table)
    name = "heads" if is_taken_with_words else "vector"
    # Names may not be used twice, not even inside of a branch.
    renamed = {output: f"{name}_{output}" for output in outputs}
    for node in nodes:
        node.input[:] = [renamed.get(value, value) for value in node.input]
        node.output[:] = [renamed.get(value, value) for value in node.output]
    found = [helper.make_tensor_value_info(value, onnx.TensorProto.FLOAT, None) for value in renamed.values()]
    empty = [f"no_{output}" for output in outputs]
    shapes = {value.name: [size.dim_value for size in value.type.tensor_type.shape.dim] for value in graph.output}
    nothing = [numpy_helper.from_array(np.zeros([0, *shapes[value][1:]], np.float32)) for value in outputs]
    full_graph = helper.make_graph(nodes, name, [], found, own)
    empty_graph = helper.make_graph(
        [
            helper.make_node("Constant", [], [value], value=zeros, name=f"{value}_value")
            for value, zeros in zip(empty, nothing, strict=True)
        ],
        f"no_{name}",
        [],
        [helper.make_tensor_value_info(value, onnx.TensorProto.FLOAT, None) for value in empty],
    )
    taken, other = (full_graph, empty_graph) if is_taken_with_words else (empty_graph, full_graph)
    return helper.make_node("If", ["has_words"], list(outputs), name=f"if_{name}", then_branch=taken, else_branch=other)


def narrow_weights(model: onnx.ModelProto, product: str) -> None:
    """Store the weights of a product as int8 with a scale a column; loading the file multiplies the two again."""
    graph = model.graph
    node = next(node for node in graph.node if node.name == product)
    table = next(item for item in graph.initializer if item.name == node.input[1])
    values = numpy_helper.to_array(table)
    scales = (np.abs(values).max(0, keepdims=True) / 127).astype(np.float16)
    small = np.clip(np.round(values / scales.astype(np.float32)), -127, 127).astype(np.int8)
    name = table.name
    graph.initializer.remove(table)
    graph.initializer.extend(
        [numpy_helper.from_array(small, f"{name}_small"), numpy_helper.from_array(scales, f"{name}_half_scales")]
    )
    widened = [
        helper.make_node("Cast", [f"{name}_small"], [f"{name}_values"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Cast", [f"{name}_half_scales"], [f"{name}_scales"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Mul", [f"{name}_values", f"{name}_scales"], [name]),
    ]
    for place, one in enumerate(widened):
        graph.node.insert(place, one)


def halve_tables(model: onnx.ModelProto) -> None:
    """Store the large float tables that are left in half precision; run time widens them once when it loads."""
    graph = model.graph
    for table in list(graph.initializer):
        values = numpy_helper.to_array(table)
        if values.dtype == np.float32 and values.size >= LARGE:
            graph.initializer.remove(table)
            graph.initializer.append(numpy_helper.from_array(values.astype(np.float16), f"{table.name}_half"))
            widened = helper.make_node("Cast", [f"{table.name}_half"], [table.name], to=onnx.TensorProto.FLOAT)
            graph.node.insert(0, widened)


def _is_float_head(node: str) -> bool:
    return any(f"/{head}/" in node for head in FLOAT_HEADS)


def quantise_table(model: onnx.ModelProto) -> None:
    """Store the largest table as int8 rows with float16 scales; looking a row up multiplies the two again.

    Both stacks look words up in it, so every look-up is replaced.
    """
    graph = model.graph
    table = max(graph.initializer, key=lambda item: int(np.prod(item.dims)))
    values = numpy_helper.to_array(table)
    scales = (np.abs(values).max(1, keepdims=True) / 127).astype(np.float16)
    scales[scales == 0] = 1
    small = np.clip(np.round(values / scales.astype(np.float32)), -127, 127).astype(np.int8)
    graph.initializer.remove(table)
    graph.initializer.extend(
        [numpy_helper.from_array(small, "word_rows"), numpy_helper.from_array(scales, "word_scales")]
    )
    for node in [node for node in graph.node if node.op_type == "Gather" and node.input[0] == table.name]:
        place = list(graph.node).index(node)
        graph.node.remove(node)
        name, ids, output = f"words_{place}", node.input[1], node.output[0]
        look_up = [
            helper.make_node("Gather", ["word_rows", ids], [f"{name}_rows"], name=f"{name}_row"),
            helper.make_node("Cast", [f"{name}_rows"], [f"{name}_values"], to=1, name=f"{name}_value"),
            helper.make_node("Gather", ["word_scales", ids], [f"{name}_half"], name=f"{name}_scale"),
            helper.make_node("Cast", [f"{name}_half"], [f"{name}_scales"], to=1, name=f"{name}_whole"),
            helper.make_node("Mul", [f"{name}_values", f"{name}_scales"], [output], name=f"{name}_product"),
        ]
        for offset, new in enumerate(look_up):
            graph.node.insert(place + offset, new)
