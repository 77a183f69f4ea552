package dev.masquerade.train.probe;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.train.optim.Lars;
import dev.masquerade.train.optim.WarmUpCosine;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/*
 * As MAE's linear probe [1], but over features computed once: what augmentation would add to a
 * probe is little, and a probe over features takes seconds. What does not fill a batch at the end
 * of an epoch is left out; the order changes every epoch.
 *
 * [1] He et al.: Masked Autoencoders Are Scalable Vision Learners, arXiv 2111.06377, appendix A.1.
 */
/** Trains a linear head on frozen features. */
public final class LinearProbe implements Probe {

  private static final double STARTING_DEVIATION = 0.01;
  private static final int EVALUATED_ROWS = 4096;

  private final LinearProbeSettings settings;
  private final Device device;

  /** Creates a probe that computes on a device. */
  public LinearProbe(LinearProbeSettings settings, Device device) {
    this.settings = settings;
    this.device = device;
  }

  @Override
  public ProbeResult measure(LabelledFeatures train, LabelledFeatures test) {
    train.requireLike(test);
    if (train.samples() < 2) {
      throw new IllegalArgumentException("a linear probe needs at least 2 samples to learn from");
    }
    int classes = train.classes().size();
    SampleStreams streams = new SampleStreams(settings.seed());
    float[] start =
        LinearHead.startingWeights(
            train.width(),
            classes,
            STARTING_DEVIATION,
            streams.stream(0, "head", Purpose.SYNTHESIS));
    try (NDManager manager = ComputeEngine.start().newManager(device);
        LinearHead head = new LinearHead(start, train.width(), classes, manager)) {
      fit(head, train, streams, manager);
      return evaluate(head, test, manager, train.samples());
    }
  }

  private void fit(
      LinearHead head, LabelledFeatures train, SampleStreams streams, NDManager manager) {
    int batch = batch(train.samples());
    int stepsPerEpoch = train.samples() / batch;
    WarmUpCosine rate =
        new WarmUpCosine(
            settings.peakRate(), 0, settings.warmUpEpochs(), settings.epochs(), stepsPerEpoch);
    try (NDManager held = manager.newSubManager();
        Lars lars = new Lars(head.parameters(), settings.lars(), manager)) {
      NDArray table =
          held.create(FloatBuffer.wrap(train.values()), new Shape(train.samples(), train.width()));
      int[] order = SampleOrder.stored(train.samples());
      long step = 0;
      for (int epoch = 0; epoch < settings.epochs(); epoch++) {
        SampleOrder.shuffle(order, streams.stream(epoch, "", Purpose.ORDER));
        for (int from = 0; from + batch <= train.samples(); from += batch) {
          try (StepScope scope = StepScope.open(held)) {
            long[] numbers = new long[batch];
            long[] labels = new long[batch];
            for (int i = 0; i < batch; i++) {
              numbers[i] = order[from + i];
              labels[i] = train.labels()[order[from + i]];
            }
            NDArray features = head.rows(scope, table, scope.manager().create(numbers));
            NDArray targets =
                head.targets(scope, scope.manager().create(labels), settings.labelSmoothing());
            LinearHead.Trained trained = head.train(scope, features, targets);
            lars.step(scope, trained.gradients(), rate.at(step++), settings.weightDecay());
          }
        }
      }
    }
  }

  private int batch(int samples) {
    return Math.min(settings.batch(), samples);
  }

  private ProbeResult evaluate(
      LinearHead head, LabelledFeatures test, NDManager manager, int trainSamples) {
    int classes = test.classes().size();
    int width = test.width();
    float[] scores = new float[test.samples() * classes];
    double loss = 0;
    for (int from = 0; from < test.samples(); from += EVALUATED_ROWS) {
      int count = Math.min(EVALUATED_ROWS, test.samples() - from);
      try (StepScope scope = StepScope.open(manager)) {
        NDArray features =
            scope
                .manager()
                .create(
                    FloatBuffer.wrap(test.values(), from * width, count * width).slice(),
                    new Shape(count, width));
        long[] labels = new long[count];
        for (int i = 0; i < count; i++) {
          labels[i] = test.labels()[from + i];
        }
        NDArray logits = head.logits(scope, features);
        NDArray targets = head.targets(scope, scope.manager().create(labels), 0);
        loss += head.loss(scope, logits, targets) * count / test.samples();
        float[] part = logits.toFloatArray();
        System.arraycopy(part, 0, scores, from * classes, part.length);
      }
    }
    Accuracy accuracy = new Accuracy(scores, classes, test.labels());
    return new ProbeResult(
        "linear",
        test.samples(),
        accuracy.top(1),
        accuracy.top(5),
        OptionalDouble.of(loss),
        accuracy.perClass(test.classes()),
        said(trainSamples));
  }

  private Map<String, String> said(int samples) {
    Map<String, String> said = new LinkedHashMap<>();
    said.put("epochs", String.valueOf(settings.epochs()));
    said.put("batch", String.valueOf(batch(samples)));
    said.put("peak_rate", String.valueOf(settings.peakRate()));
    said.put("weight_decay", String.valueOf(settings.weightDecay()));
    said.put("label_smoothing", String.valueOf(settings.labelSmoothing()));
    said.put("seed", String.valueOf(settings.seed()));
    said.put("train_samples", String.valueOf(samples));
    return said;
  }
}
