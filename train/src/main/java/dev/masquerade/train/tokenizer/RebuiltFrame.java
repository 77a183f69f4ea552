package dev.masquerade.train.tokenizer;

import dev.masquerade.modality.Planes;

/**
 * A frame and what a tokenizer made of it; of class maps one plane of class numbers each, 255 where
 * a pixel has none.
 *
 * @param key of its sample
 * @param original as the tokenizer was given it
 * @param rebuilt from its ids
 */
public record RebuiltFrame(String key, Planes original, Planes rebuilt) {}
