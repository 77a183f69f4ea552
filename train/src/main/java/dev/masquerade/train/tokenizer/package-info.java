/** Measures of tokenizers, learned or fitted: what is left of pictures that became ids. */
@NullMarked
package dev.masquerade.train.tokenizer;

import org.jspecify.annotations.NullMarked;
