package dev.masquerade.model.vit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.embed.BatchArrays;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackedPart;
import dev.masquerade.model.pack.PackedSide;
import dev.masquerade.model.parameter.Parameters;

/** From the kept patches of a packed batch to tokens, and where they stand. */
public final class VitEmbedding {

  private final KernelModule kernels;
  private final VitConfig config;
  private final Parameters parameters;
  private final TableResizing resizing;
  private final PatchInput input;
  private final NDList prefix = new NDList();

  /** Looks up the weights. */
  public VitEmbedding(
      KernelModule kernels,
      VitConfig config,
      ModalitySpec image,
      Parameters parameters,
      TableResizing resizing) {
    VitImage.grid(config, image);
    this.kernels = kernels;
    this.config = config;
    this.parameters = parameters;
    this.resizing = resizing;
    this.input = new PatchInput(kernels, image, parameters.manager());
    if (config.classToken()) {
      prefix.add(parameters.get("cls_token"));
    }
    if (config.registerTokens() > 0) {
      prefix.add(parameters.get("reg_token"));
    }
  }

  /** Returns what finds and normalises patches. */
  public PatchInput input() {
    return input;
  }

  /**
   * Embeds kept patches behind the prefix, without positions.
   *
   * @param dtype of the projection
   * @return (B, P + N, D) owned by the scope; zeros in padding
   */
  public NDArray tokens(BatchArrays batch, int dtype, StepScope scope) {
    PackedSide side = batch.packed().encoder();
    PackedPart part = input.part(side);
    NDArray rows =
        call(
            scope,
            "project_patches",
            input.patches(batch, part, scope),
            parameters.get("patch_embed.proj.weight"),
            parameters.get("patch_embed.proj.bias"),
            dtype); // (K, W) -> (K, D)
    NDArray patches =
        call(
            scope,
            "lay_out",
            rows,
            batch.indices(),
            side.contentRowsOffset(),
            batch.packed().rows(),
            side.length()); // (B, N, D)
    return prefix.isEmpty() ? patches : call(scope, "prepend_tokens", patches, prefix);
  }

  /**
   * Returns the position embeddings of what {@link #tokens} gives: (B, P + N, D), or (1, P + N, D)
   * where they are alike in all rows; owned by the scope.
   */
  public NDArray positions(BatchArrays batch, StepScope scope) {
    PackedSide side = batch.packed().encoder();
    PackedPart part = input.part(side);
    return call(
        scope,
        "place_tokens",
        batch.indices(),
        part.positionsOffset(),
        part.count(),
        side.contentRowsOffset(),
        batch.packed().rows(),
        side.length(),
        table("pos_embed", PatchInput.grid(part), scope),
        config.prefixRows(),
        config.prefixTokens());
  }

  /**
   * Returns the position embeddings of all places of a grid behind those of the prefix, (1, P + L,
   * D), of the table called {@code name}; owned by the scope or by the parameters.
   */
  public NDArray everyPlace(String name, TokenLayout.Grid grid, StepScope scope) {
    NDArray table = table(name, grid, scope);
    int missing = config.prefixTokens() - config.prefixRows();
    return missing == 0 ? table : call(scope, "prepend_zeros", table, missing);
  }

  private NDArray table(String name, TokenLayout.Grid grid, StepScope scope) {
    NDArray table = parameters.get(name);
    if (grid.rows() == config.rows() && grid.columns() == config.columns()) {
      return table;
    }
    return call(
        scope,
        "resize_positions",
        table,
        config.prefixRows(),
        config.rows(),
        config.columns(),
        grid.rows(),
        grid.columns(),
        resizing == TableResizing.ANTIALIASED);
  }

  private NDArray call(StepScope scope, String method, Object... arguments) {
    return kernels.call(scope.manager(), method, arguments).get(0);
  }
}
