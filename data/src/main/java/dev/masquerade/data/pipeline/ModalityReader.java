package dev.masquerade.data.pipeline;

import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.shard.MemberPattern;
import dev.masquerade.modality.ModalityTokenizer;

/**
 * How one modality of a data set is read.
 *
 * @param tokenizer what makes tokens of its bytes
 * @param members where its bytes are found
 */
public record ModalityReader(ModalityTokenizer tokenizer, MemberPattern members) {

  /**
   * Reads a modality from members that carry a name.
   *
   * @param member what stands between key and extension; see {@link MemberPattern}
   */
  public static ModalityReader of(String member, ModalityTokenizer tokenizer) {
    return new ModalityReader(tokenizer, MemberPattern.of(member, tokenizer.extensions()));
  }

  /** Reads a modality as a manifest or a run declares it. */
  public static ModalityReader of(StoredModality declared, ModalityTokenizer tokenizer) {
    return of(declared.member(), tokenizer);
  }

  /** Returns the full name of the modality. */
  String name() {
    return tokenizer.spec().name().value();
  }
}
