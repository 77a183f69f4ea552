package dev.masquerade.train;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import java.util.Optional;
import java.util.Set;

/** A modality for tests whose stored bytes are its ids: a 4 x 4 grid, or a sequence. */
final class ByteModality implements Modality {

  static final int EDGE = 4;
  static final int VOCABULARY = 16;
  static final int WORDS = 12;
  static final int END = 3;
  static final int SENTINELS = 20;
  static final int WORD_VOCABULARY = 40;

  private final boolean grid;

  ByteModality(boolean grid) {
    this.grid = grid;
  }

  @Override
  public ModalityTokenizer open(ModalitySettings settings) {
    ModalitySpec spec =
        grid
            ? new ModalitySpec(
                settings.name(),
                new TokenSpace.Discrete(VOCABULARY),
                new TokenLayout.Grid(EDGE, EDGE),
                Set.of(Role.INPUT, Role.TARGET))
            : new ModalitySpec(
                settings.name(),
                new TokenSpace.Discrete(WORD_VOCABULARY),
                new TokenLayout.Sequence(
                    WORDS, new SpanMarks(0, END, 4, SENTINELS), TokenLayout.Unit.TOKEN),
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
      public DecodedModality decode(byte[] bytes, String extension) throws BadSampleException {
        int[] ids = new int[bytes.length];
        for (int i = 0; i < ids.length; i++) {
          ids[i] = bytes[i];
          if (ids[i] < 0) {
            throw new BadSampleException("id " + ids[i] + " is negative");
          }
        }
        return new DecodedModality() {
          @Override
          public Optional<FrameSize> frame() {
            return Optional.empty();
          }

          @Override
          public TokenizedModality tokenize(View view) {
            return grid ? new TokenizedModality.IdGrid(ids) : new TokenizedModality.IdSequence(ids);
          }
        };
      }
    };
  }
}
