package dev.masquerade.train;

import dev.masquerade.model.weights.ModelDescription;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Says in words how two models differ whose tensors are alike. */
final class ModelDifference {

  private ModelDifference() {}

  static String describe(ModelDescription stored, ModelDescription wanted) {
    List<String> differences = new ArrayList<>();
    if (stored.family() != wanted.family()) {
      return "its family was " + stored.family().name() + ", now is " + wanted.family().name();
    }
    compare("model.", stored.config(), wanted.config(), differences);
    if (stored.modalities().size() != wanted.modalities().size()) {
      differences.add("modalities were " + names(stored) + ", now are " + names(wanted));
    } else {
      for (int i = 0; i < wanted.modalities().size(); i++) {
        compare(
            "modality " + wanted.modalities().get(i).name() + ": ",
            stored.modalities().get(i),
            wanted.modalities().get(i),
            differences);
      }
    }
    return String.join("; ", differences);
  }

  private static List<String> names(ModelDescription description) {
    return description.modalities().stream().map(spec -> spec.name().value()).toList();
  }

  private static void compare(
      String prefix, Record stored, Record wanted, List<String> differences) {
    for (RecordComponent component : stored.getClass().getRecordComponents()) {
      Object before = value(component, stored);
      Object after = value(component, wanted);
      if (before instanceof Record one
          && after instanceof Record other
          && one.getClass() == other.getClass()
          && Modifier.isPublic(one.getClass().getModifiers())) {
        compare(prefix + component.getName() + ".", one, other, differences);
      } else if (!Objects.equals(before, after)) {
        differences.add(prefix + component.getName() + " was " + before + ", now is " + after);
      }
    }
  }

  private static Object value(RecordComponent component, Record of) {
    try {
      return component.getAccessor().invoke(of);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("the accessors of public records can be called", e);
    }
  }
}
