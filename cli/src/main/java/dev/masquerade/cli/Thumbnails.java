package dev.masquerade.cli;

import dev.masquerade.cli.figure.Picture;
import dev.masquerade.data.image.CentredImage;
import dev.masquerade.data.image.FolderImages;
import dev.masquerade.data.image.ImageSource;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.image.ImageDecoder;
import dev.masquerade.modality.image.PixelImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Small pictures by their names, and a grey one for each that is not found. */
final class Thumbnails implements AutoCloseable {

  private static final int MISSING = 0xe5e7eb;

  private final @Nullable ImageSource source;
  private final CentredImage size;
  private final int edge;
  private int found;

  Thumbnails(@Nullable ImageSource source, int edge) {
    this.source = source;
    this.edge = edge;
    this.size = new CentredImage(edge, edge);
  }

  Picture of(String name) throws IOException {
    try {
      PixelImage image = find(name);
      if (image != null) {
        found++;
        return Picture.ofRgb(edge, edge, size.of(image).samples());
      }
    } catch (BadSampleException e) {
      // A picture that broke since it was embedded is shown as one that is gone.
      return Picture.filled(edge, edge, MISSING);
    }
    return Picture.filled(edge, edge, MISSING);
  }

  private @Nullable PixelImage find(String name) throws IOException, BadSampleException {
    OptionalInt place = source == null ? OptionalInt.empty() : source.find(name);
    if (source != null && place.isPresent()) {
      return source.read(place.getAsInt());
    }
    Path file = Path.of(name);
    if (Files.isRegularFile(file) && ImageDecoder.isPicture(file)) {
      try (ImageSource one = FolderImages.open(file)) {
        return one.read(0);
      }
    }
    return null;
  }

  int found() {
    return found;
  }

  @Override
  public void close() throws IOException {
    if (source != null) {
      source.close();
    }
  }
}
