/**
 * Text and whatever is written as text: captions, boxes, metadata.
 *
 * <p>Words become ids through a Hugging Face {@code tokenizer.json} ({@link
 * dev.masquerade.modality.text.TextTokenizer}); {@link
 * dev.masquerade.modality.text.WordPieceTrainer} makes such a file from a user's own texts.
 * Vocabularies follow 4M's layout: {@code [PAD] [UNK] [SOS] [EOS]}, the sentinels {@code [S_0]},
 * {@code [S_1]}, ..., the numbers {@code v0=0}, ..., then words and pieces.
 */
@NullMarked
package dev.masquerade.modality.text;

import org.jspecify.annotations.NullMarked;
