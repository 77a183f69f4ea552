package dev.masquerade.cli;

import dev.masquerade.train.metric.MetricPicture;
import dev.masquerade.train.metric.MetricSink;
import dev.masquerade.train.metric.TensorBoardEvents;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Shows figures in TensorBoard. They are events of a directory of their own: TensorBoard reads the
 * newest file of a directory alone, and must not lose sight of a run that still writes.
 */
final class FigureEvents {

  private static final String PNG = ".png";

  private FigureEvents() {}

  /**
   * Writes the PNG files of a directory as events beside them.
   *
   * @param step of the run that they were drawn at
   */
  static void write(Path figures, long step) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(figures)) {
      files = all.filter(file -> file.toString().endsWith(PNG)).sorted().toList();
    }
    try (MetricSink events = TensorBoardEvents.open(figures, 0, Clock.systemUTC())) {
      for (Path file : files) {
        byte[] png = Files.readAllBytes(file);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        String name = String.valueOf(file.getFileName());
        events.picture(
            step,
            new MetricPicture(
                "figures/" + name.substring(0, name.length() - PNG.length()),
                image.getHeight(),
                image.getWidth(),
                image.getColorModel().getNumComponents(),
                png));
      }
    }
  }
}
