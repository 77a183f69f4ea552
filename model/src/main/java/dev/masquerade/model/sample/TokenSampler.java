package dev.masquerade.model.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.StepScope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;

/**
 * Draws one token per row of logits.
 *
 * <p>A row is filtered by top-k, then by top-p on the probabilities at temperature 1 among what
 * top-k left, then divided by the temperature, then drawn from. Nothing depends on other rows or on
 * threads: the same logits and the same uniform number give the same token, alone or in a batch.
 *
 * <p>Nothing is sorted. The device computes probabilities; what of them is kept is found on the
 * host by {@link RowDraw}, rows shared out over the processors.
 *
 * <p>Safe for use by several threads.
 */
public final class TokenSampler implements AutoCloseable {

  /** Numbers below which threads cost more than they save. */
  private static final long FEW = 1 << 16;

  private final KernelModule kernels = KernelModule.load(Kernels.class, Kernels.SAMPLE);

  /** Compiles the kernels. */
  public TokenSampler() {}

  /**
   * Draws tokens.
   *
   * @param logits (R, V) float32, on any device; minus infinity excludes a token
   * @param temperature at least 0. At 0 the likeliest token is taken, the first of equals; nothing
   *     is drawn, so its probability is 1 and filters make no difference
   * @param filter which tokens may be drawn
   * @param uniforms one number in [0, 1) per row, which decides that row
   * @param scope owns what is computed on the way
   * @throws IllegalArgumentException if a row has no token to draw: a logit that is not a number,
   *     or all of them minus infinity
   */
  public Drawn draw(
      NDArray logits, double temperature, TokenFilter filter, double[] uniforms, StepScope scope) {
    int rows = Math.toIntExact(logits.getShape().get(0));
    int vocabulary = Math.toIntExact(logits.getShape().get(1));
    if (!(temperature >= 0)) {
      throw new IllegalArgumentException("temperature must be at least 0, was " + temperature);
    }
    if (uniforms.length != rows) {
      throw new IllegalArgumentException(
          rows + " rows of logits need as many uniform numbers, were " + uniforms.length);
    }
    if (temperature == 0) {
      return likeliest(logits, scope);
    }
    FloatBuffer plain = floats(call(scope, "probabilities", logits));
    FloatBuffer tempered =
        temperature == 1
            ? plain
            : floats(call(scope, "tempered_probabilities", logits, temperature));
    boolean counted = filter.topK().of(vocabulary) < vocabulary;
    FloatBuffer raw = counted ? floats(logits) : plain;
    Drawn drawn = new Drawn(new int[rows], new double[rows], new double[rows]);
    int workers =
        (long) rows * vocabulary < FEW
            ? 1
            : Math.min(rows, Runtime.getRuntime().availableProcessors());
    IntStream workerNumbers = IntStream.range(0, workers);
    (workers == 1 ? workerNumbers : workerNumbers.parallel())
        .forEach(
            worker -> {
              RowDraw row = new RowDraw(vocabulary, filter);
              for (int i = worker; i < rows; i += workers) {
                row.draw(raw, plain, tempered, i, uniforms[i], drawn);
              }
            });
    return drawn;
  }

  private Drawn likeliest(NDArray logits, StepScope scope) {
    NDList found = kernels.callWithoutGradients(scope.manager(), "likeliest", logits);
    long[] ids = found.get(0).toLongArray();
    float[] probabilities = found.get(1).toFloatArray();
    Drawn drawn = new Drawn(new int[ids.length], new double[ids.length], new double[ids.length]);
    for (int i = 0; i < ids.length; i++) {
      if (Float.isNaN(probabilities[i])) {
        throw RowDraw.nothingToDraw(i);
      }
      drawn.ids()[i] = (int) ids[i];
      drawn.probabilities()[i] = 1;
      drawn.unfiltered()[i] = probabilities[i];
    }
    return drawn;
  }

  private NDArray call(StepScope scope, String kernel, Object... arguments) {
    return kernels.callWithoutGradients(scope.manager(), kernel, arguments).get(0);
  }

  /** Returns the numbers of an array, which on a CPU stay where they are. */
  private static FloatBuffer floats(NDArray array) {
    ByteBuffer bytes = array.toByteBuffer(true);
    return bytes.order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  @Override
  public void close() {
    kernels.close();
  }
}
