package dev.masquerade.train.evaluate;

import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.masking.MaskingPolicy;
import dev.masquerade.masking.TransferMasking;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import java.util.List;
import java.util.Set;

/** Batches in which one modality is seen and another predicted. */
final class TransferBatches {

  private final List<ModalitySpec> modalities;
  private final SampleStreams streams;

  TransferBatches(List<ModalitySpec> modalities, SampleStreams streams) {
    this.modalities = modalities;
    this.streams = streams;
  }

  /** Returns a batch in which all of the input is seen and all of the target predicted. */
  MaskedBatch of(ModalityPair pair, List<EvaluationSample> samples) {
    MaskingPolicy policy =
        new TransferMasking(Set.of(pair.input()), Set.of(pair.target())).policy(modalities);
    MaskedBatch batch = MaskedBatch.allocate(modalities, samples.size());
    for (EvaluationSample sample : samples) {
      int row = batch.addRow(sample.key());
      policy.mask(sample.tokens(), streams.stream(0, sample.key(), Purpose.MASKING), batch, row);
    }
    return batch;
  }

  /** Hides places of a grid from the encoder, each with the same probability. */
  void hide(MaskedBatch batch, ModalityName input, double share) {
    MaskedBatch.Part part = batch.parts().get(ModalityPlaces.of(modalities, input));
    for (int row = 0; row < batch.rows(); row++) {
      var rng = streams.stream(1, batch.key(row), Purpose.MASKING);
      for (int place = 0; place < part.places; place++) {
        if (rng.nextDouble() < share) {
          part.encoderIgnored[row * part.places + place] = true;
        }
      }
    }
  }
}
