package dev.masquerade.data.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DecodedSampleTest {

  private static final View LEFT_HALF = new View(0, 0, 1, 0.5, false, 0);
  private static final View RIGHT_HALF = new View(0, 0.5, 1, 0.5, false, 1);

  private static final DecodedModality PICTURE =
      new Content(Optional.of(new FrameSize(64, 128)), 0);
  private static final DecodedModality STORED_IDS = new Content(Optional.empty(), 2);

  private record Content(Optional<FrameSize> frame, int storedCrops) implements DecodedModality {
    @Override
    public TokenizedModality tokenize(View view) {
      return new TokenizedModality.IdGrid(new int[] {view.cropIndex()});
    }
  }

  @Test
  void storedIdsBesidePictures_areTakenWithTheirOwnCropsOnly() throws Exception {
    DecodedSample sample = sample(PICTURE, STORED_IDS);

    assertThat(sample.tokenize(LEFT_HALF)).hasSize(2);
    assertThat(sample.tokenize(RIGHT_HALF)).hasSize(2);
    for (View other : List.of(View.WHOLE, new View(0, 0, 1, 0.5, true, 0))) {
      assertThatThrownBy(() -> sample.tokenize(other))
          .isInstanceOf(UnusableSampleException.class)
          .hasMessageStartingWith("shard.tar, sample key: its tokens were computed for other crops")
          .hasMessageContaining("CROP_PRETOKENISED");
    }
  }

  @Test
  void storedIdsWithoutPictures_areTakenWithAnyView() throws Exception {
    assertThat(sample(STORED_IDS).tokenize(View.WHOLE)).hasSize(1);
  }

  @Test
  void picturesWithoutStoredIds_areLookedAtAnywhere() throws Exception {
    assertThat(sample(PICTURE).tokenize(View.WHOLE)).hasSize(1);
  }

  private static DecodedSample sample(DecodedModality... modalities) {
    List<String> names = Arrays.stream(modalities).map(modality -> "m").toList();
    return new DecodedSample(
        "shard.tar",
        "key",
        names,
        Collections.nCopies(modalities.length, null),
        List.of(modalities),
        List.of(LEFT_HALF, RIGHT_HALF),
        new EmptyContents());
  }
}
