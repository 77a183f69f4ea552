package dev.masquerade.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.View;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

class AugmenterTest {

  private final UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(0xa06L);

  @Test
  void wholePicture_isWholeAndNeverFlippedAtProbabilityZero() {
    assertThat(new WholePicture(0).view(SampleFrame.of(3, 7), rng)).isEqualTo(View.WHOLE);
  }

  @Test
  void certainFlip_flips() {
    assertThat(new WholePicture(1).view(SampleFrame.of(3, 7), rng).flipped()).isTrue();
  }

  @Test
  void centreCrop_isTheLargestCentredSquare() {
    View view = new CentreCrop(0).view(SampleFrame.of(100, 160), rng);
    assertThat(view).isEqualTo(new View(0, 30 / 160.0, 1, 100 / 160.0, false, 0));
  }

  @Test
  void randomCrops_stayWithinScaleAndRatioOnWholePixels() {
    RandomResizedCrop crop = new RandomResizedCrop(0.2, 0.9, 0.75, 4 / 3.0, 0.5);
    int height = 231;
    int width = 347;
    int flips = 0;
    for (int i = 0; i < 2000; i++) {
      View view = crop.view(SampleFrame.of(height, width), rng);
      double rows = view.height() * height;
      double columns = view.width() * width;
      assertThat(rows).isCloseTo(Math.rint(rows), within(1e-9));
      assertThat(view.left() * width).isCloseTo(Math.rint(view.left() * width), within(1e-9));
      // Whole pixels move ratio and area by up to a pixel per side.
      assertThat(columns / rows).isBetween(0.74, 1.35);
      assertThat(view.height() * view.width()).isBetween(0.195, 0.91);
      flips += view.flipped() ? 1 : 0;
    }
    assertThat(flips).isBetween(900, 1100);
  }

  @Test
  void pictureNoCropFitsInto_isCroppedInTheMiddle() {
    RandomResizedCrop crop = new RandomResizedCrop(1, 1, 1, 1, 0);
    View view = crop.view(SampleFrame.of(10, 40), rng);
    assertThat(view).isEqualTo(new View(0, 15 / 40.0, 1, 10 / 40.0, false, 0));
  }

  @Test
  void storedCrops_areAllTakenWithTheirPlaces() {
    View centre = new View(0, 0.25, 1, 0.5, false, 0);
    View corner = new View(0, 0, 0.5, 0.5, true, 0);
    SampleFrame frame = new SampleFrame(new FrameSize(20, 40), 2, List.of(centre, corner));
    Set<View> seen = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      seen.add(StoredCrop.random().view(frame, rng));
    }
    assertThat(seen).containsExactlyInAnyOrder(centre, new View(0, 0, 0.5, 0.5, true, 1));
    assertThat(StoredCrop.centre().view(frame, rng)).isEqualTo(centre);
  }

  @Test
  void storedCropOfSampleWithoutAny_isTheCentre() {
    assertThat(StoredCrop.random().view(SampleFrame.of(20, 40), rng))
        .isEqualTo(new View(0, 0.25, 1, 0.5, false, 0));
  }

  @Test
  void scalesOutOfOrder_areRejected() {
    assertThatThrownBy(() -> new RandomResizedCrop(0.9, 0.2, 1, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.9 and 0.2");
  }
}
