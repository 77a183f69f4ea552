package dev.masquerade.model.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.weights.SafetensorsFile;
import java.io.IOException;
import java.util.List;

/** What the files of Lightly's masked backbones have in common. */
public final class LightlyGolden {

  private LightlyGolden() {}

  /** Returns the sizes of the torchvision encoder. */
  public static VitConfig.Builder torchvision() {
    JsonObject vit = backbone().getAsJsonObject("vit");
    int patch = vit.get("patch_size").getAsInt();
    int grid = vit.get("image_size").getAsInt() / patch;
    int width = vit.get("hidden_dim").getAsInt();
    return VitConfig.builder()
        .grid(grid, grid)
        .patchSize(patch)
        .width(width)
        .depth(vit.get("num_layers").getAsInt())
        .heads(vit.get("num_heads").getAsInt())
        .mlpRatio(vit.get("mlp_dim").getAsDouble() / width);
  }

  /** Returns {@code mae_backbone.json}. */
  public static JsonObject backbone() {
    return GoldenFiles.read(GoldenFiles.lightly().resolve("mae_backbone.json"));
  }

  /** Opens a file of the directory. */
  public static SafetensorsFile open(String name) throws IOException {
    return SafetensorsFile.open(GoldenFiles.lightly().resolve(name));
  }

  /** Packs images of any size as they are. */
  public static PackedBatch pack(SafetensorsFile file, String images, int patch)
      throws IOException {
    return GoldenImages.packWhole(
        spec(file, images, patch), file.floats(images), file.get(images).shape());
  }

  /** Returns the modality of images of any size. */
  public static ModalitySpec spec(SafetensorsFile file, String images, int patch)
      throws IOException {
    List<Long> shape = file.get(images).shape();
    return GoldenImages.spec(
        shape.get(2).intValue() / patch,
        shape.get(3).intValue() / patch,
        patch,
        shape.get(1).intValue());
  }

  /** Returns an array of indices. */
  public static NDArray index(SafetensorsFile file, String name, NDManager owner)
      throws IOException {
    List<Long> shape = file.get(name).shape();
    return owner.create(file.longs(name), new Shape(shape.get(0), shape.get(1)));
  }

  /** Returns (B, length) bool, true at indices. */
  public static NDArray mask(SafetensorsFile file, String name, int length, NDManager owner)
      throws IOException {
    int rows = file.get(name).shape().get(0).intValue();
    long[] index = file.longs(name);
    boolean[] masked = new boolean[rows * length];
    for (int i = 0; i < index.length; i++) {
      masked[i / (index.length / rows) * length + (int) index[i]] = true;
    }
    return flags(masked, rows, owner);
  }

  /** Returns (B, any) bool. */
  public static NDArray flags(boolean[] values, int rows, NDManager owner) {
    return owner.create(values, new Shape(rows, values.length / rows));
  }

  /** Returns (any shape) float32. */
  public static NDArray floats(SafetensorsFile file, String name, NDManager owner)
      throws IOException {
    long[] shape = file.get(name).shape().stream().mapToLong(Long::longValue).toArray();
    return owner.create(file.floats(name), new Shape(shape));
  }

  /** Returns (any shape) int64. */
  public static NDArray longs(SafetensorsFile file, String name, NDManager owner)
      throws IOException {
    long[] shape = file.get(name).shape().stream().mapToLong(Long::longValue).toArray();
    return owner.create(file.longs(name), new Shape(shape));
  }

  /** Returns (any shape) bool. */
  public static NDArray booleans(SafetensorsFile file, String name, NDManager owner)
      throws IOException {
    return longs(file, name, owner).toType(DataType.BOOLEAN, false);
  }
}
