package dev.masquerade.model.head;

import ai.djl.ndarray.NDArray;
import dev.masquerade.model.pack.PackedPart;

/**
 * What a model predicts for the targets of one modality, on the host. Prediction k belongs to row
 * {@code part.row(k)} and place {@code part.place(k)} of the batch that was packed; a sequence
 * predicts the token that follows that place.
 *
 * @param part the targets; valid until its packed batch is closed
 * @param vocabulary V
 * @param logits (K, V), a prediction after another; owned by this
 */
@SuppressWarnings("ArrayRecordComponent") // a holder that hands its array over, never compared
public record Predictions(PackedPart part, int vocabulary, float[] logits) {

  /** Copies (K, V) logits to the host. */
  public static Predictions read(PackedPart part, NDArray logits) {
    return new Predictions(part, (int) logits.getShape().get(1), logits.toFloatArray());
  }

  /** Returns the number of predictions. */
  public int count() {
    return part.count();
  }

  /** Returns the id with the largest logit, the smallest such id on ties. */
  public int best(int k) {
    int best = 0;
    int from = k * vocabulary;
    for (int id = 1; id < vocabulary; id++) {
      if (logits[from + id] > logits[from + best]) {
        best = id;
      }
    }
    return best;
  }

  /** Returns the V probabilities of prediction k. */
  public float[] probabilities(int k) {
    int from = k * vocabulary;
    float largest = logits[from + best(k)];
    float[] probabilities = new float[vocabulary];
    double sum = 0;
    for (int id = 0; id < vocabulary; id++) {
      double weight = Math.exp(logits[from + id] - largest);
      probabilities[id] = (float) weight;
      sum += weight;
    }
    for (int id = 0; id < vocabulary; id++) {
      probabilities[id] = (float) (probabilities[id] / sum);
    }
    return probabilities;
  }
}
