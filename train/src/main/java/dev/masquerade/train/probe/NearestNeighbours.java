package dev.masquerade.train.probe;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.KernelModule;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/*
 * Each of the k samples whose features are most similar by cosine votes for its class with the
 * weight exp(similarity / temperature) [1].
 *
 * [1] Wu et al.: Unsupervised Feature Learning via Non-Parametric Instance Discrimination, arXiv
 *     1805.01978.
 */
/** Classifies by the most similar samples whose class is known. */
public final class NearestNeighbours implements Probe {

  private static final String KERNELS = "/dev/masquerade/train/probe/knn.py";

  /** Similarities that are held at a time. */
  private static final long HELD = 4_000_000;

  private final KnnSettings settings;
  private final Device device;

  /** Creates a classifier that computes on a device. */
  public NearestNeighbours(KnnSettings settings, Device device) {
    this.settings = settings;
    this.device = device;
  }

  @Override
  public ProbeResult measure(LabelledFeatures train, LabelledFeatures test) {
    train.requireLike(test);
    int classes = train.classes().size();
    Accuracy accuracy = new Accuracy(scores(train, test), classes, test.labels());
    Map<String, String> said = new LinkedHashMap<>();
    said.put("k", String.valueOf(neighbours(train)));
    said.put("temperature", String.valueOf(settings.temperature()));
    said.put("train_samples", String.valueOf(train.samples()));
    return new ProbeResult(
        "knn",
        test.samples(),
        accuracy.top(1),
        accuracy.top(5),
        OptionalDouble.empty(),
        accuracy.perClass(test.classes()),
        said);
  }

  private int neighbours(LabelledFeatures train) {
    return Math.min(settings.neighbours(), train.samples());
  }

  /**
   * Scores every class for every sample asked about.
   *
   * @return (Q, C); comparable within a row only
   */
  float[] scores(LabelledFeatures train, LabelledFeatures test) {
    int classes = train.classes().size();
    float[] scores = new float[test.samples() * classes];
    int rows = (int) Math.max(1, Math.min(test.samples(), HELD / train.samples()));
    try (NDManager manager = ComputeEngine.start().newManager(device);
        KernelModule kernels = KernelModule.load(NearestNeighbours.class, KERNELS)) {
      NDArray bank = unitRows(kernels, manager, train, 0, train.samples());
      NDArray labels =
          manager.create(IntStream.of(train.labels()).mapToLong(label -> label).toArray());
      for (int from = 0; from < test.samples(); from += rows) {
        int count = Math.min(rows, test.samples() - from);
        try (NDManager scratch = manager.newSubManager()) {
          NDArray queries = unitRows(kernels, scratch, test, from, count); // (Q, D)
          float[] part =
              kernels
                  .callWithoutGradients(
                      scratch,
                      "knn_scores",
                      queries,
                      bank,
                      labels,
                      classes,
                      neighbours(train),
                      settings.temperature())
                  .get(0)
                  .toFloatArray();
          System.arraycopy(part, 0, scores, from * classes, part.length);
        }
      }
    }
    return scores;
  }

  private static NDArray unitRows(
      KernelModule kernels, NDManager owner, LabelledFeatures features, int from, int count) {
    int width = features.width();
    NDArray rows =
        owner.create(
            FloatBuffer.wrap(features.values(), from * width, count * width).slice(),
            new Shape(count, width));
    NDArray units = kernels.callWithoutGradients(owner, "unit_rows", rows).get(0);
    rows.close();
    return units;
  }
}
