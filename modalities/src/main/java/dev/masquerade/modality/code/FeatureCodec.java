package dev.masquerade.modality.code;

import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.TokenCodec;

/**
 * A tokenizer of vectors that another network computes: feature maps, global embeddings, poses.
 * Planes are (C, height, width), a vector per place.
 */
public interface FeatureCodec extends TokenCodec {

  /** Returns the height and width of its planes, in places. */
  FrameSize features();
}
