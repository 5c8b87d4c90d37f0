"""A second, independent forward pass of all-MiniLM-L6-v2: NumPy only, step by step as the published model is described."""

from math import erf
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_erf = np.vectorize(erf, otypes=[np.float64])


def norm(x: Array, weights: dict[str, Array], key: str) -> Array:
    centred = x - x.mean(-1, keepdims=True)
    deviation = np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
    return centred / deviation * weights[f"{key}.LayerNorm.weight"] + weights[f"{key}.LayerNorm.bias"]


def linear(x: Array, weights: dict[str, Array], key: str) -> Array:
    return x @ weights[f"{key}.weight"].T + weights[f"{key}.bias"]


def sentence_vector(ids: list[int], weights: dict[str, Array]) -> Array:
    """One text's vector: the mean over its tokens, at length one."""
    x = weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(x + weights["embeddings.token_type_embeddings.weight"][0], weights, "embeddings")
    for layer in range(6):
        key = f"encoder.layer.{layer}"
        heads = []
        query, keys, values = (linear(x, weights, f"{key}.attention.self.{part}") for part in ("query", "key", "value"))
        for head in range(12):
            cut = slice(head * 32, head * 32 + 32)
            scores = query[:, cut] @ keys[:, cut].T / np.sqrt(32)
            share = np.exp(scores - scores.max(-1, keepdims=True))
            heads.append(share / share.sum(-1, keepdims=True) @ values[:, cut])
        x = norm(
            linear(np.concatenate(heads, -1), weights, f"{key}.attention.output.dense") + x, weights, f"{key}.attention.output"
        )
        wide = linear(x, weights, f"{key}.intermediate.dense")
        x = norm(linear(wide * 0.5 * (1 + _erf(wide / np.sqrt(2))), weights, f"{key}.output.dense") + x, weights, f"{key}.output")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)
