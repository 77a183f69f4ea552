package dev.masquerade.model.latent;

import static dev.masquerade.model.golden.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterLayout;
import dev.masquerade.model.weights.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file of recorded inputs and outputs, with kernels and a scope. */
final class LatentGolden implements AutoCloseable {

  static final double FORWARD = 2e-5;
  static final double LOSS = 1e-5;

  final SafetensorsFile file;
  final KernelModule kernels = LatentKernels.load();
  final NDManager manager = ComputeEngine.start().newManager(Device.cpu());
  final StepScope scope = StepScope.open(manager);

  LatentGolden(Path path) throws IOException {
    file = SafetensorsFile.open(path);
  }

  boolean has(String name) {
    return file.find(name).isPresent();
  }

  int axis(String name, int axis) throws IOException {
    return file.get(name).shape().get(axis).intValue();
  }

  /** Reads numbers, ids or flags as they are stored. */
  NDArray array(String name) throws IOException {
    Shape shape = new Shape(file.get(name).shape().stream().mapToLong(Long::longValue).toArray());
    return switch (file.get(name).type().name()) {
      case "F32" -> scope.manager().create(floats(name), shape);
      case "BOOL" -> {
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) shape.size());
        for (long flag : file.longs(name)) {
          bytes.put((byte) flag);
        }
        yield scope.manager().create(bytes.flip(), shape, DataType.BOOLEAN);
      }
      default -> scope.manager().create(file.longs(name), shape);
    };
  }

  float[] floats(String name) {
    try {
      return file.floats(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Parameters parameters(String prefix, ParameterLayout layout) {
    return Parameters.create(
        layout, Device.cpu(), spec -> FloatBuffer.wrap(floats(prefix + spec.name())));
  }

  /** Returns the number beside words in what the file notes about a part. */
  double note(String part, String pattern) {
    String text = file.metadata().get(part);
    assertThat(text).as("notes about " + part).isNotNull();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(pattern + " in \"" + text + "\"").isTrue();
    return Double.parseDouble(matcher.group(1));
  }

  /** Returns how many blocks a stack has. */
  int depth(String stack, String tensor) {
    int depth = 0;
    while (has(stack + depth + "." + tensor)) {
      depth++;
    }
    return depth;
  }

  void compare(String name, NDArray actual) {
    assertClose(name, actual, floats(name), FORWARD);
  }

  void compareLoss(String name, NDArray actual) {
    double expected = floats(name)[0];
    assertThat((double) actual.getFloat())
        .as(name)
        .isCloseTo(expected, within(LOSS * Math.max(1, Math.abs(expected))));
  }

  @Override
  public void close() throws IOException {
    scope.close();
    manager.close();
    kernels.close();
    file.close();
  }
}
