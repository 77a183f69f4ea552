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

  /** Returns what stands between key and extension in the names of the token members. */
  String member() {
    return declared.name().base();
  }

  /** Returns the modality as it is stored once its tokens are written. */
  StoredModality stored() {
    return new StoredModality(declared.settings(), declared.type(), member(), declared.member());
  }
}
