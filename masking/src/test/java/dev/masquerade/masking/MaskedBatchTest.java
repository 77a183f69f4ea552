package dev.masquerade.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.ModalitySpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaskedBatchTest {

  private static final List<ModalitySpec> GRID = List.of(GoldenModalities.grid("grid", 4));

  @Test
  void addedRow_isWhollyIgnoredWhateverStoodThere() {
    MaskedBatch batch = MaskedBatch.allocate(GRID, 2);
    MaskedBatch.Part part = batch.parts().get(0);
    batch.addRow("a");
    part.encoderIgnored[1] = false;
    part.decoderIgnored[2] = false;
    part.decoderRun[2] = 1;
    part.ids[1] = 5;
    batch.clear();

    int row = batch.addRow("b");

    assertThat(row).isZero();
    assertThat(batch.key(0)).isEqualTo("b");
    assertThat(part.encoderIgnored[1]).isTrue();
    assertThat(part.decoderIgnored[2]).isTrue();
    assertThat(part.decoderRun[2]).isZero();
    assertThat(part.ids[1]).isZero();
  }

  @Test
  void fullBatch_refusesAnotherRow() {
    MaskedBatch batch = MaskedBatch.allocate(GRID, 1);
    batch.addRow("a");
    assertThatThrownBy(() -> batch.addRow("b")).hasMessageContaining("already holds 1 rows");
  }
}
