package dev.masquerade.bench;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.image.ImageDecoder;
import dev.masquerade.modality.image.PixelImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.apache.commons.rng.simple.RandomSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * How many JPEGs of 224 x 224 pixels one core decodes per second, beside the platform's own reader.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls prepare() first
public class DecodingBenchmark {

  private byte[] jpeg;
  private ImageDecoder decoder;

  /** Makes a picture with the detail of a photograph. */
  @Setup
  public void prepare() throws IOException {
    jpeg = NoisePicture.jpeg(224, RandomSource.XO_RO_SHI_RO_128_PP.create(1L));
    decoder = new ImageDecoder(ImageDecoder.DEFAULT_PIXEL_LIMIT);
    ImageIO.setUseCache(false);
  }

  /** Decodes as the loader does: checked, upright, interleaved samples. */
  @Benchmark
  public PixelImage masquerade() throws BadSampleException {
    return decoder.colours(jpeg);
  }

  /** Decodes as the platform does. */
  @Benchmark
  public BufferedImage platform() throws IOException {
    return ImageIO.read(new ByteArrayInputStream(jpeg));
  }

  /** Runs this benchmark alone and prints pictures per second. */
  public static void main(String[] arguments) throws RunnerException {
    new Runner(new OptionsBuilder().include(DecodingBenchmark.class.getName()).build()).run();
  }
}
