package dev.masquerade.model.weights.released;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NameMapTest {

  /** Every tensor of a masked autoencoder with one block each. */
  private static final List<String> MODEL =
      List.of(
          "cls_token",
          "pos_embed",
          "patch_embed.proj.weight",
          "patch_embed.proj.bias",
          "blocks.0.norm1.weight",
          "blocks.11.attn.qkv.weight",
          "blocks.11.attn.qkv.bias",
          "blocks.11.attn.proj.weight",
          "blocks.0.norm2.bias",
          "blocks.0.mlp.fc1.weight",
          "blocks.0.mlp.fc2.bias",
          "norm.weight",
          "head.weight",
          "head.bias",
          "mask_token",
          "decoder_pos_embed",
          "decoder_embed.weight",
          "decoder_blocks.3.norm1.weight",
          "decoder_blocks.3.attn.qkv.bias",
          "decoder_blocks.3.mlp.fc2.weight",
          "decoder_norm.bias",
          "decoder_pred.weight");

  @ParameterizedTest
  @EnumSource(Naming.class)
  void everyScheme_leadsThereAndBack(Naming naming) {
    for (String name : MODEL) {
      String theirs = naming.name(name).orElseThrow(() -> new AssertionError(name));
      assertThat(naming.map().ours(theirs)).as(theirs).contains(name);
    }
    assertThat(MODEL.stream().map(name -> naming.name(name).orElseThrow())).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "encoder.layers.encoder_layer_11.self_attention.in_proj_weight, blocks.11.attn.qkv.weight",
    "encoder.layers.encoder_layer_0.mlp.3.bias, blocks.0.mlp.fc2.bias",
    "encoder.layers.encoder_layer_2.mlp.linear_1.weight, blocks.2.mlp.fc1.weight",
    "encoder.ln.weight, norm.weight",
    "conv_proj.weight, patch_embed.proj.weight",
    "heads.head.bias, head.bias",
  })
  void namesOfTorchvision_areThoseOfMae(String theirs, String ours) {
    assertThat(NameMaps.TORCHVISION.ours(theirs)).contains(ours);
  }

  @ParameterizedTest
  @CsvSource({
    "fc_norm.weight, TORCHVISION",
    "reg_token, TORCHVISION",
    "blocks.x.norm1.weight, MAE"
  })
  void namesWithoutCounterpart_haveNone(String ours, Naming naming) {
    assertThat(naming.name(ours)).isEmpty();
  }

  @Test
  void rulesThatAreNotAlike_areRefused() {
    assertThatThrownBy(() -> NameMap.of("a.* = b")).hasMessageContaining("not alike");
    assertThatThrownBy(() -> NameMap.of("a. = b")).hasMessageContaining("not alike");
  }
}
