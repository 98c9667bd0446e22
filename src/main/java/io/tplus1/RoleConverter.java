package io.tplus1;

import io.tplus1.cluster.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Roles as people write them. */
final class RoleConverter implements ITypeConverter<Role> {
  @Override
  public Role convert(String value) {
    for (Role role : Role.values()) {
      if (role.name().toLowerCase(Locale.ROOT).equals(value)) {
        return role;
      }
    }
    throw new TypeConversionException(
        "forecast, retrain or all was expected, found '" + value + "'");
  }

  /** What a shell offers. */
  static final class Names extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Names() {
      super(List.of("forecast", "retrain", "all"));
    }
  }
}
