package dev.masquerade.modality.code;

import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenCodecReader;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens patch codebooks by their extension, which {@code tokenizer fit patches} gives them. */
final class PatchCodebookReader implements TokenCodecReader {

  @Override
  public String describe() {
    return "a patch codebook (a file that ends in .npz)";
  }

  @Override
  public boolean reads(Path path) {
    return Files.isRegularFile(path) && path.toString().endsWith(".npz");
  }

  @Override
  public TokenCodec open(Path path) {
    return PatchCodebook.load(path);
  }
}
