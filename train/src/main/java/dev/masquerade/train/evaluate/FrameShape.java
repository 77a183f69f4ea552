package dev.masquerade.train.evaluate;

import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenCodec;

/**
 * The shape of the frames of a modality. Found by decoding, so find it once.
 *
 * @param channels C
 * @param height H
 * @param width W
 */
record FrameShape(int channels, int height, int width) {

  static FrameShape of(TokenCodec codec) {
    Planes planes = codec.decode(new int[codec.grid().places()]);
    return new FrameShape(planes.channels(), planes.height(), planes.width());
  }

  /** Returns a frame as planes; class maps get a plane per class, all 0 where a pixel has none. */
  Planes planes(FrameTruth truth) {
    if (truth.classes().length == 0) {
      return new Planes(channels, height, width, truth.values());
    }
    Planes planes = Planes.zeros(channels, height, width);
    for (int pixel = 0; pixel < truth.classes().length; pixel++) {
      if (truth.classes()[pixel] != FrameTruth.NO_CLASS) {
        planes.values()[truth.classes()[pixel] * truth.classes().length + pixel] = 1;
      }
    }
    return planes;
  }
}
