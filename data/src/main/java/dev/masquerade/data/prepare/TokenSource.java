package dev.masquerade.data.prepare;

import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.modality.ModalityTokenizer;

/**
 * A modality whose tokens are computed ahead of training.
 *
 * @param declared what the tokens are called and which stored member they are computed from
 * @param tokenizer what computes them
 */
public record TokenSource(StoredModality declared, ModalityTokenizer tokenizer) {

  /** Returns the modality as it is stored once its tokens are written as {@code member}. */
  StoredModality stored(String member) {
    return new StoredModality(declared.settings(), declared.type(), member, declared.member());
  }
}
