package dev.masquerade.train.evaluate;

import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import dev.masquerade.modality.code.CodebookSettings;
import dev.masquerade.modality.code.FrameContent;
import dev.masquerade.modality.code.PatchCodebook;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A modality for tests: frames of 8 x 8 bytes that say a class or a distance, tokenised. */
final class FrameModality implements Modality {

  static final int EDGE = 8;
  static final int CLASSES = 3;

  private final FrameContent content;
  private final PatchCodebook codebook;

  FrameModality(FrameContent content) {
    this.content = content;
    List<Planes> frames = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < 40; i++) {
      frames.add(planes(frame(random)));
    }
    this.codebook =
        PatchCodebook.fit(
            frames,
            new CodebookSettings(
                content,
                content == FrameContent.CLASSES ? CLASSES : 0,
                1,
                new FrameSize(EDGE, EDGE),
                2,
                8,
                1000,
                10,
                1));
  }

  /** A wall (0), a table (1) below a random line, and an object (2) somewhere. */
  static byte[] frame(Random random) {
    byte[] frame = new byte[EDGE * EDGE];
    int table = 3 + random.nextInt(3);
    int left = random.nextInt(5);
    int top = random.nextInt(5);
    for (int y = 0; y < EDGE; y++) {
      for (int x = 0; x < EDGE; x++) {
        boolean object = x >= left && x < left + 4 && y >= top && y < top + 4;
        frame[y * EDGE + x] = (byte) (object ? 2 : y >= table ? 1 : 0);
      }
    }
    return frame;
  }

  private Planes planes(byte[] frame) {
    boolean classes = content == FrameContent.CLASSES;
    Planes planes = Planes.zeros(classes ? CLASSES : 1, EDGE, EDGE);
    for (int pixel = 0; pixel < frame.length; pixel++) {
      if (classes) {
        planes.values()[frame[pixel] * frame.length + pixel] = 1;
      } else {
        planes.values()[pixel] = 4 - frame[pixel] + pixel * 0.002f;
      }
    }
    return planes;
  }

  @Override
  public ModalityTokenizer open(ModalitySettings settings) {
    ModalitySpec spec =
        new ModalitySpec(
            settings.name(),
            new TokenSpace.Discrete(codebook.vocabularySize()),
            codebook.grid(),
            Set.of(Role.INPUT, Role.TARGET));
    return new ModalityTokenizer() {
      @Override
      public ModalitySpec spec() {
        return spec;
      }

      @Override
      public Set<String> extensions() {
        return Set.of("bin");
      }

      @Override
      public Optional<TokenCodec> codec() {
        return Optional.of(codebook);
      }

      @Override
      public DecodedModality decode(byte[] bytes, String extension) {
        Planes planes = FrameModality.this.planes(bytes);
        return new DecodedModality() {
          @Override
          public Optional<FrameSize> frame() {
            return Optional.of(new FrameSize(EDGE, EDGE));
          }

          @Override
          public TokenizedModality tokenize(View view) {
            return new TokenizedModality.IdGrid(codebook.encode(planes));
          }

          @Override
          public Optional<Planes> planes(View view) {
            return Optional.of(planes);
          }
        };
      }
    };
  }
}
