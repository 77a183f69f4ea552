package dev.masquerade.model.latent;

import static dev.masquerade.model.golden.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.golden.GoldenFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses between student and teacher are those of Lightly. */
class LossesGoldenTest {

  private static final String NUMBER = "([0-9.]+)";

  static Stream<Path> files() {
    return GoldenFolder.of("lightly").find("masked_losses.*\\.safetensors").stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void ibot_isThatOfTheReference(Path path) throws IOException {
    try (LatentGolden golden = new LatentGolden(path);
        Centre centre =
            new Centre(
                golden.kernels,
                golden.manager,
                golden.axis("ibot_center_before", 1),
                golden.note("ibot", "center momentum " + NUMBER))) {
      centre.set(golden.floats("ibot_center_before"));
      IbotLoss loss =
          new IbotLoss(
              golden.note("ibot", "teacher_temp " + NUMBER),
              golden.note("ibot", "student_temp " + NUMBER));
      golden.compareLoss(
          "ibot_loss",
          loss.of(
              golden.kernels,
              golden.array("ibot_teacher"),
              golden.array("ibot_student"),
              golden.array("ibot_mask"),
              centre,
              golden.scope));
      assertClose(
          "ibot_center_after",
          centre.value(),
          golden.floats("ibot_center_after"),
          LatentGolden.FORWARD);
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void msn_isThatOfTheReference(Path path) throws IOException {
    try (LatentGolden golden = new LatentGolden(path)) {
      MsnLoss loss =
          new MsnLoss(
              golden.note("msn", "temperature " + NUMBER),
              golden.note("msn", "sharpen " + NUMBER),
              (int) golden.note("msn", "(\\d+) sinkhorn"),
              golden.note("msn", "weight " + NUMBER),
              new MsnLoss.Prior.Even());
      golden.compareLoss("msn_loss", msn(golden, loss));
      MsnLoss bare =
          new MsnLoss(loss.temperature(), loss.sharpening(), 0, 0, new MsnLoss.Prior.Even());
      golden.compareLoss("msn_nosink_loss", msn(golden, bare));
      MsnLoss law =
          new MsnLoss(
              loss.temperature(),
              golden.note("pmsn", "sharpen " + NUMBER),
              loss.iterations(),
              loss.weight(),
              new MsnLoss.Prior.PowerLaw(golden.note("pmsn", "power law " + NUMBER)));
      golden.compareLoss("pmsn_loss", msn(golden, law));
    }
  }

  private static NDArray msn(LatentGolden golden, MsnLoss loss) throws IOException {
    return loss.of(
        golden.kernels,
        golden.array("msn_anchors"),
        golden.array("msn_targets"),
        golden.array("msn_prototypes"),
        golden.scope);
  }

  @ParameterizedTest
  @MethodSource("files")
  void dino_isThatOfTheReference(Path path) throws IOException {
    try (LatentGolden golden = new LatentGolden(path);
        Centre centre =
            new Centre(
                golden.kernels, golden.manager, (int) golden.note("dino", "out (\\d+)"), 0.9)) {
      int warmUp = (int) golden.note("dino", "warmup_teacher_temp_epochs (\\d+)");
      int epoch = (int) golden.note("dino", "epoch (\\d+)");
      DinoLoss standard = DinoLoss.DEFAULT;
      DinoLoss loss =
          new DinoLoss(
              standard.warmUpTemperature(),
              standard.teacherTemperature(),
              warmUp,
              standard.studentTemperature());
      NDArray teachers = views(golden, "dino_teacher");
      golden.compareLoss(
          "dino_loss_epoch" + epoch,
          loss.of(
              golden.kernels,
              teachers,
              views(golden, "dino_student"),
              epoch,
              centre,
              golden.scope));
      float[] mean = teachers.mean(new int[] {0}).mean(new int[] {0}).toFloatArray();
      for (int k = 0; k < mean.length; k++) {
        mean[k] *= 0.1f;
      }
      assertClose("centre", centre.value(), mean, 1e-6);
    }
  }

  private static NDArray views(LatentGolden golden, String prefix) throws IOException {
    NDList views = new NDList();
    for (int i = 0; golden.has(prefix + i); i++) {
      views.add(golden.array(prefix + i));
    }
    return NDArrays.stack(views);
  }

  @ParameterizedTest
  @MethodSource("files")
  void koleo_isThatOfTheReference(Path path) throws IOException {
    try (LatentGolden golden = new LatentGolden(path)) {
      golden.compareLoss(
          "koleo_loss", KoLeoLoss.of(golden.kernels, golden.array("koleo_in"), golden.scope));
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void capi_isThatOfTheReference(Path path) throws IOException {
    try (LatentGolden golden = new LatentGolden(path)) {
      NDArray teacher = golden.array("capi_teacher");
      NDArray student = golden.array("capi_student");
      golden.compareLoss(
          "capi_loss", CapiLoss.DEFAULT.of(golden.kernels, teacher, student, null, golden.scope));
      // Predicting all places by number is the same; in another order, both sides move along.
      int rows = golden.axis("capi_teacher", 0);
      int places = golden.axis("capi_teacher", 1);
      long[] reversed = new long[rows * places];
      for (int i = 0; i < reversed.length; i++) {
        reversed[i] = places - 1 - i % places;
      }
      NDArray order = golden.scope.manager().create(reversed, new Shape(rows, places));
      NDArray flipped = student.flip(1);
      golden.compareLoss(
          "capi_loss", CapiLoss.DEFAULT.of(golden.kernels, teacher, flipped, order, golden.scope));
    }
  }

  @Test
  void teacherWarmsUpLinearly() {
    DinoLoss loss = new DinoLoss(0.04, 0.08, 5, 0.1);
    assertThat(loss.teacherTemperature(0)).isEqualTo(0.04);
    assertThat(loss.teacherTemperature(2)).isCloseTo(0.06, within(1e-12));
    assertThat(loss.teacherTemperature(4)).isCloseTo(0.08, within(1e-12));
    assertThat(loss.teacherTemperature(9)).isEqualTo(0.08);
  }

  @Test
  void temperaturesThatAreNotPositive_areRefused() {
    assertThatThrownBy(() -> new IbotLoss(0, 0.1))
        .hasMessage("teacherTemperature must be positive, was 0.0");
    assertThatThrownBy(() -> new CapiLoss(0.1, -1, 3))
        .hasMessage("studentTemperature must be positive, was -1.0");
    assertThatThrownBy(() -> new MsnLoss(0.1, 0.25, -1, 1, new MsnLoss.Prior.Even()))
        .hasMessage("iterations must be at least 0, was -1");
  }
}
