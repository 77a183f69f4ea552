package dev.masquerade.model.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PackerTest {

  private static final Set<Role> BOTH = Set.of(Role.INPUT, Role.TARGET);

  private static final List<ModalitySpec> MODALITIES =
      List.of(
          new ModalitySpec(
              new ModalityName("rgb@16"),
              new TokenSpace.Pixels(4, ChannelStatistics.IMAGENET),
              new TokenLayout.Grid(4, 4),
              Set.of(Role.INPUT)),
          new ModalitySpec(
              new ModalityName("tok_depth@16"),
              new TokenSpace.Discrete(50),
              new TokenLayout.Grid(4, 4),
              BOTH),
          new ModalitySpec(
              new ModalityName("caption"),
              new TokenSpace.Discrete(90),
              new TokenLayout.Sequence(6, new SpanMarks(0, 3, 4, 20), TokenLayout.Unit.TOKEN),
              BOTH),
          new ModalitySpec(
              new ModalityName("t5"),
              new TokenSpace.Continuous(5),
              new TokenLayout.Vectors(4),
              Set.of(Role.INPUT)));

  private static final List<ModalitySpec> AUTOENCODED =
      List.of(
          new ModalitySpec(
              new ModalityName("rgb@16"),
              new TokenSpace.Pixels(4, ChannelStatistics.IMAGENET),
              new TokenLayout.Grid(4, 4),
              BOTH),
          new ModalitySpec(
              new ModalityName("depth@16"),
              new TokenSpace.Continuous(6),
              new TokenLayout.Grid(2, 3),
              BOTH),
          new ModalitySpec(
              new ModalityName("semseg@16"),
              new TokenSpace.ClassPatches(2, 40),
              new TokenLayout.Grid(4, 4),
              BOTH));

  static LongStream seeds() {
    return LongStream.range(0, 40);
  }

  /** A batch of random assignments; contents say where they stand. */
  static MaskedBatch randomBatch(List<ModalitySpec> modalities, int rows, long seed) {
    UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    MaskedBatch batch = MaskedBatch.allocate(modalities, rows);
    for (int row = 0; row < rows; row++) {
      batch.addRow("sample" + row);
      for (MaskedBatch.Part part : batch.parts()) {
        double seen = rng.nextDouble();
        double asked = seen + (1 - seen) * rng.nextDouble();
        for (int place = 0; place < part.places; place++) {
          int at = row * part.places + place;
          double draw = rng.nextDouble();
          part.encoderIgnored[at] = draw >= seen || !part.spec.isInput();
          part.decoderIgnored[at] = draw < seen || draw >= asked || !part.spec.isTarget();
          part.decoderRun[at] = part.decoderIgnored[at] ? 0 : 1;
          if (part.ids.length > 0) {
            part.ids[at] = 1 + (at * 7) % 40;
          }
          for (int i = 0; i < part.width; i++) {
            if (part.pixels.length > 0) {
              part.pixels[at * part.width + i] = (byte) (at * 31 + i);
            } else if (part.vectors.length > 0) {
              part.vectors[at * part.width + i] = at + i / 100f;
            }
          }
        }
      }
    }
    return batch;
  }

  /** One token of a packed row, computed the slow way: all tokens first, then the valid ones. */
  private record Token(int modality, int place, int position, int id, int target) {}

  private static List<Token> slowEncoderRow(MaskedBatch batch, int row, int limit) {
    List<Token> kept = new ArrayList<>();
    for (int m = 0; m < batch.parts().size(); m++) {
      MaskedBatch.Part part = batch.parts().get(m);
      int rank = -1;
      for (int place = 0; place < part.places; place++) {
        int at = row * part.places + place;
        boolean valid = !part.encoderIgnored[at];
        rank += valid ? 1 : 0;
        boolean grid = part.spec.layout() instanceof TokenLayout.Grid;
        if (valid) {
          int id = part.ids.length > 0 ? part.ids[at] : 0;
          kept.add(new Token(m, place, grid ? place : rank, id, 0));
        }
      }
    }
    return kept.subList(0, Math.min(limit, kept.size()));
  }

  private static List<Token> slowDecoderRow(MaskedBatch batch, int row, int[] order, int limit) {
    List<Token> kept = new ArrayList<>();
    for (int m : order) {
      MaskedBatch.Part part = batch.parts().get(m);
      boolean sequence = part.spec.layout() instanceof TokenLayout.Sequence;
      int from = row * part.places;
      int rank = -1;
      for (int place = 0; place < part.places; place++) {
        boolean target = !part.decoderIgnored[from + place];
        rank += target ? 1 : 0;
        if (!sequence && target) {
          kept.add(new Token(m, place, place, 0, part.ids[from + place]));
        }
        if (sequence
            && target
            && place + 1 < part.places
            && !part.decoderIgnored[from + place + 1]) {
          int position = rank >= part.spec.layout().maxTokens() ? 0 : rank;
          kept.add(
              new Token(m, place, position, part.ids[from + place], part.ids[from + place + 1]));
        }
      }
    }
    return kept.subList(0, Math.min(limit, kept.size()));
  }

  private static List<Token> packedRow(PackedSide side, int row) {
    Token[] tokens = new Token[side.valid(row)];
    for (PackedPart part : side.parts()) {
      for (int k = 0; k < part.count(); k++) {
        if (part.row(k) == row) {
          tokens[part.slot(k)] =
              new Token(
                  part.modality(), part.place(k), part.position(k), part.id(k), part.target(k));
        }
      }
    }
    return List.of(tokens);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void packedRows_areTheValidPlacesInOrder(long seed) {
    MaskedBatch batch = randomBatch(MODALITIES, 3, seed);
    int limit = 5 + (int) (seed % 30);
    Packer packer = new Packer(MODALITIES, new PackLimits(limit, limit + 3));
    try (PackedBatch packed = packer.pack(batch)) {
      int longest = 1;
      for (int row = 0; row < 3; row++) {
        List<Token> encoder = slowEncoderRow(batch, row, limit);
        assertThat(packedRow(packed.encoder(), row)).isEqualTo(encoder);
        assertThat(packedRow(packed.decoder(), row))
            .isEqualTo(slowDecoderRow(batch, row, new int[] {1, 2}, limit + 3));
        longest = Math.max(longest, encoder.size());
      }
      assertThat(packed.encoder().length()).isEqualTo(longest);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void unpackingWhatWasPacked_givesTheBatchBack(long seed) {
    MaskedBatch batch = randomBatch(MODALITIES, 4, seed);
    try (PackedBatch packed = new Packer(MODALITIES, PackLimits.NONE).pack(batch)) {
      MaskedBatch copy = MaskedBatch.allocate(MODALITIES, 4);
      for (int row = 0; row < 4; row++) {
        copy.addRow(batch.key(row));
      }
      for (PackedPart part : packed.encoder().parts()) {
        MaskedBatch.Part to = copy.parts().get(part.modality());
        for (int k = 0; k < part.count(); k++) {
          int at = part.row(k) * to.places + part.place(k);
          to.encoderIgnored[at] = false;
          if (part.discrete()) {
            to.ids[at] = part.id(k);
          } else if (to.pixels.length > 0) {
            packed
                .pixels()
                .get(part.contentOffset() + k * to.width, to.pixels, at * to.width, to.width);
          } else {
            for (int i = 0; i < to.width; i++) {
              to.vectors[at * to.width + i] =
                  packed.vectors().asFloatBuffer().get(part.contentOffset() + k * to.width + i);
            }
          }
        }
      }
      for (PackedPart part : packed.decoder().parts()) {
        if (!part.ordered()) {
          MaskedBatch.Part to = copy.parts().get(part.modality());
          for (int k = 0; k < part.count(); k++) {
            int at = part.row(k) * to.places + part.place(k);
            to.decoderIgnored[at] = false;
            to.ids[at] = part.target(k);
          }
        }
      }
      for (int m = 0; m < MODALITIES.size(); m++) {
        MaskedBatch.Part from = batch.parts().get(m);
        MaskedBatch.Part to = copy.parts().get(m);
        boolean sequence = from.spec.layout() instanceof TokenLayout.Sequence;
        assertThat(to.encoderIgnored).isEqualTo(from.encoderIgnored);
        if (!sequence) {
          assertThat(to.decoderIgnored).isEqualTo(from.decoderIgnored);
        }
        for (int at = 0; at < from.encoderIgnored.length; at++) {
          boolean seen = !from.encoderIgnored[at];
          boolean kept = seen || (!from.decoderIgnored[at] && !sequence);
          if (from.ids.length > 0 && kept) {
            assertThat(to.ids[at]).isEqualTo(from.ids[at]);
          }
          for (int i = at * from.width; seen && i < (at + 1) * from.width; i++) {
            if (from.pixels.length > 0) {
              assertThat(to.pixels[i]).isEqualTo(from.pixels[i]);
            } else if (from.vectors.length > 0) {
              assertThat(to.vectors[i]).isEqualTo(from.vectors[i]);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void contentsToPredict_arePackedLikeThoseSeen(long seed) {
    MaskedBatch batch = randomBatch(AUTOENCODED, 3, seed);
    try (PackedBatch packed = new Packer(AUTOENCODED, PackLimits.NONE).pack(batch)) {
      for (PackedSide side : List.of(packed.encoder(), packed.decoder())) {
        for (PackedPart part : side.parts()) {
          MaskedBatch.Part source = batch.parts().get(part.modality());
          boolean[] ignored =
              side == packed.encoder() ? source.encoderIgnored : source.decoderIgnored;
          int kept = 0;
          for (boolean there : ignored) {
            kept += there ? 0 : 1;
          }
          assertThat(part.count()).isEqualTo(kept);
          for (int k = 0; k < part.count(); k++) {
            int at = (part.row(k) * source.places + part.place(k)) * source.width;
            int packedAt = part.contentOffset() + k * source.width;
            for (int i = 0; i < source.width; i++) {
              if (source.pixels.length > 0) {
                assertThat(packed.pixels().get(packedAt + i)).isEqualTo(source.pixels[at + i]);
              } else {
                assertThat(packed.vectors().asFloatBuffer().get(packedAt + i))
                    .isEqualTo(source.vectors[at + i]);
              }
            }
          }
        }
      }
    }
  }

  @Test
  void targetsThatAreNoIds_haveContentsInPlaceOfIds() {
    MaskedBatch batch = randomBatch(AUTOENCODED, 2, 3);
    try (PackedBatch packed = new Packer(AUTOENCODED, PackLimits.NONE).pack(batch)) {
      assertThat(packed.targets()).hasSize(3).allMatch(part -> part.targetsOffset() == -1);
      assertThat(packed.targets()).allMatch(part -> part.contentOffset() >= 0);
      LongBuffer index = packed.indices().asLongBuffer();
      for (PackedPart part : packed.targets()) {
        for (int k = 0; k < part.count(); k++) {
          assertThat(index.get(part.positionsOffset() + k)).isEqualTo(part.place(k));
          assertThat(index.get(part.slotsOffset() + k))
              .isEqualTo(part.row(k) * packed.decoder().length() + part.slot(k));
        }
      }
    }
    try (PackedBatch packed =
        new Packer(MODALITIES, PackLimits.NONE).pack(randomBatch(MODALITIES, 2, 3))) {
      assertThat(packed.targets()).allMatch(part -> part.contentOffset() == -1);
      assertThat(packed.targets()).allMatch(part -> part.targetsOffset() >= 0);
    }
  }

  @Test
  void slots_areRowsOfConcatenatedParts() {
    MaskedBatch batch = randomBatch(MODALITIES, 3, 11);
    try (PackedBatch packed = new Packer(MODALITIES, PackLimits.NONE).pack(batch)) {
      LongBuffer index = packed.indices().asLongBuffer();
      PackedSide side = packed.decoder();
      int next = 1;
      for (PackedPart part : side.parts()) {
        for (int k = 0; k < part.count(); k++) {
          int slot = part.row(k) * side.length() + part.slot(k);
          assertThat(index.get(part.slotsOffset() + k)).isEqualTo(slot);
          assertThat(index.get(side.placeRowsOffset() + slot)).isEqualTo(next++);
          assertThat(index.get(side.modalitiesOffset() + slot)).isEqualTo(part.modality());
          assertThat(index.get(part.targetsOffset() + k)).isEqualTo(part.target(k));
          if (!part.ordered()) {
            assertThat(index.get(side.contentRowsOffset() + slot)).isEqualTo(1);
          }
        }
      }
      for (int row = 0; row < 3; row++) {
        assertThat(index.get(side.validOffset() + row)).isEqualTo(side.valid(row));
        for (int slot = side.valid(row); slot < side.length(); slot++) {
          int at = row * side.length() + slot;
          assertThat(index.get(side.placeRowsOffset() + at)).isZero();
          assertThat(index.get(side.modalitiesOffset() + at)).isEqualTo(-1);
        }
      }
    }
  }

  @Test
  void decoderOrder_canBeSet() {
    MaskedBatch batch = randomBatch(MODALITIES, 2, 5);
    Packer packer = new Packer(MODALITIES, PackLimits.NONE, List.of("caption", "tok_depth@16"));
    try (PackedBatch packed = packer.pack(batch)) {
      assertThat(packedRow(packed.decoder(), 1))
          .isEqualTo(slowDecoderRow(batch, 1, new int[] {2, 1}, Integer.MAX_VALUE));
    }
  }

  @Test
  void decoderOrderWithAMissingTarget_isRejected() {
    assertThatThrownBy(() -> new Packer(MODALITIES, PackLimits.NONE, List.of("caption")))
        .hasMessageContaining("caption")
        .hasMessageContaining("tok_depth@16");
  }

  @Test
  void emptyBatch_packsToOnePlaceOfPadding() {
    MaskedBatch batch = MaskedBatch.allocate(MODALITIES, 2);
    batch.addRow("a");
    batch.addRow("b");
    try (PackedBatch packed = new Packer(MODALITIES, PackLimits.NONE).pack(batch)) {
      assertThat(packed.tokens()).isZero();
      assertThat(packed.encoder().length()).isEqualTo(1);
      assertThat(packed.encoder().padded()).isTrue();
    }
  }

  @Test
  void closedBatch_isUsedAgain() {
    Packer packer = new Packer(MODALITIES, PackLimits.NONE);
    PackedBatch first = packer.pack(randomBatch(MODALITIES, 2, 1));
    first.close();
    assertThat(packer.pack(randomBatch(MODALITIES, 2, 2))).isSameAs(first);
    assertThat(packer.pack(randomBatch(MODALITIES, 2, 3))).isNotSameAs(first);
  }
}
