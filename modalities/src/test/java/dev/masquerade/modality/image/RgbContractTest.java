package dev.masquerade.modality.image;

import dev.masquerade.modality.ModalityContract;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.StoredMember;
import java.util.List;

class RgbContractTest extends ModalityContract {

  @Override
  protected ModalityPlugin plugin() {
    return new ImagePlugin();
  }

  @Override
  protected String type() {
    return "rgb";
  }

  @Override
  protected ModalitySettings settings() {
    return ModalitySettings.of("rgb@32");
  }

  @Override
  protected List<StoredMember> members() {
    byte[] jpeg = TestPictures.store(TestPictures.colours(50, 40), "jpg");
    return List.of(
        new StoredMember(jpeg, "jpg"),
        new StoredMember(TestPictures.exif(jpeg, 8), "jpeg"),
        new StoredMember(TestPictures.store(TestPictures.colours(32, 32), "png"), "png"),
        new StoredMember(TestPictures.webp(33, 31, 10, 20, 30), "webp"));
  }
}
