"""Builds all-MiniLM-L6-v2 with fused operators, pooling and unit length in the graph, and 8-bit weights.

Usage: fuse.py PACKAGES WEIGHTS.safetensors PACKAGED.onnx OUT.onnx

PACKAGES is the folder that holds what fuse.requirements.txt names. The result has to agree with the packaged model.

The packaged model computes attention, normalisation and GELU in some hundred small steps. onnxruntime has one operator
for each (Attention and BiasGelu of com.microsoft, LayerNormalization). The weights are the same.
"""

import sys

sys.path.insert(0, sys.argv[1])

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save
from onnxruntime import InferenceSession
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file

LAYERS, HEADS, EPSILON = 6, 12, 1e-12


def build(weights):
    nodes, constants = [], {}

    def const(name, value):
        constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(op, inputs, name, domain="", **attributes):
        nodes.append(helper.make_node(op, inputs, [name], name=name, domain=domain, **attributes))
        return name

    def own(name, turned=False):
        value = weights[name].astype(np.float32)
        return const(name, value.T if turned else value)

    width = node("Shape", ["input_ids"], "width", start=1, end=2)
    first = const("first", np.array([0], np.int64))
    word = node("Gather", [own("embeddings.word_embeddings.weight"), "input_ids"], "word")
    place = node("Slice", [own("embeddings.position_embeddings.weight"), first, width, first], "place")
    kind = node("Gather", [own("embeddings.token_type_embeddings.weight"), "token_type_ids"], "kind")
    summed = node("Add", [node("Add", [word, place], "word_place"), kind], "embedded")
    norm = [own(f"embeddings.LayerNorm.{part}") for part in ("weight", "bias")]
    hidden = node("LayerNormalization", [summed, *norm], "hidden", axis=-1, epsilon=EPSILON)
    mask = node("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)

    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}"
        parts = [f"{at}.attention.self.{part}" for part in ("query", "key", "value")]
        qkv = const(f"{at}.qkv.weight", np.concatenate([weights[f"{p}.weight"].T for p in parts], 1).astype(np.float32))
        bias = const(f"{at}.qkv.bias", np.concatenate([weights[f"{p}.bias"] for p in parts]).astype(np.float32))
        attended = node("Attention", [hidden, qkv, bias, mask], f"{at}.attended", "com.microsoft", num_heads=HEADS)

        def joined(value, before, under):
            norm = [own(f"{under}.LayerNorm.{part}") for part in ("weight", "bias")]
            product = node("MatMul", [value, own(f"{under}.dense.weight", turned=True)], f"{under}.product")
            biased = node("Add", [product, own(f"{under}.dense.bias")], f"{under}.biased")
            # Of Add and LayerNormalization onnxruntime would make SkipLayerNormalization, which takes three times as long.
            summed = node("Sum", [biased, before], f"{under}.summed")
            return node("LayerNormalization", [summed, *norm], f"{under}.out", axis=-1, epsilon=EPSILON)

        hidden = joined(attended, hidden, f"{at}.attention.output")
        wide = node("MatMul", [hidden, own(f"{at}.intermediate.dense.weight", turned=True)], f"{at}.wide")
        curved = node("BiasGelu", [wide, own(f"{at}.intermediate.dense.bias")], f"{at}.gelu", "com.microsoft")
        hidden = joined(curved, hidden, f"{at}.output")

    share = node("Unsqueeze", [node("Cast", ["attention_mask"], "mask_float", to=TensorProto.FLOAT), const("last", np.array([2], np.int64))], "share")
    # The division by the number of tokens falls away in the normalisation.
    total = node("ReduceSum", [node("Mul", [hidden, share], "kept"), const("tokens", np.array([1], np.int64))], "total", keepdims=0)
    node("LpNormalization", [total], "sentence_embedding", axis=-1, p=2)

    names = ("input_ids", "attention_mask", "token_type_ids")
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in names]
    output = helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["texts", 384])
    graph = helper.make_graph(nodes, "all-MiniLM-L6-v2", inputs, [output], list(constants.values()))
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


# Tokens of "[CLS] the minister resigned today . [SEP]", "[CLS] a tanker ran aground . [SEP]" and of one text of 128.
SAMPLES = [[101, 1996, 2704, 5295, 2651, 1012, 102], [101, 1037, 12135, 2743, 14487, 1012, 102], [101, *range(2000, 2126), 102]]


def agreement(packaged, fused):
    """The least cosine between what the two make of the samples: alone, and with padding beside the longest."""
    longest = max(map(len, SAMPLES))
    least = 1.0
    for width in (0, longest):
        for tokens in SAMPLES:
            padding = [0] * (max(width, len(tokens)) - len(tokens))
            ids = np.array([tokens + padding], np.int64)
            mask = np.array([[1] * len(tokens) + padding], np.int64)
            given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            hidden = packaged.run(["last_hidden_state"], given)[0][0]
            mean = (hidden * mask[0][:, None]).sum(0)
            vector = fused.run(["sentence_embedding"], given)[0][0]
            least = min(least, float(mean @ vector / np.linalg.norm(mean) / np.linalg.norm(vector)))
    return least


def main(_packages, source, packaged, target):
    plain = f"{target}.float"
    save(build(load_file(source)), plain)
    quantize_dynamic(
        plain,
        target,
        op_types_to_quantize=["MatMul", "Attention", "Gather"],
        per_channel=True,
        # 7 bits: with 8, processors without VNNI overflow in sums of 16 bits.
        reduce_range=True,
        weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )
    cosine = agreement(InferenceSession(packaged), InferenceSession(target))
    if cosine < 0.95:
        sys.exit(f"the fused model differs from the packaged one: cosine {cosine:.3f}")


main(*sys.argv[1:])
