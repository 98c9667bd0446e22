package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The table of rights in security.md, as ACLs.
 *
 * @param who what the row's first cell says
 */
public record ListedRights(
    String who, AclOperation operation, ResourceType type, PatternType pattern, String name) {
  private static final Pattern TABLE =
      Pattern.compile("<!-- rights -->(.*)<!-- /rights -->", Pattern.DOTALL);
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

  /** All rows, one for each operation and name. */
  public static List<ListedRights> read() throws IOException {
    Path page = Path.of(System.getProperty("project.root", "."), "src/site/security.md");
    Matcher table = TABLE.matcher(Files.readString(page));
    assertThat(table.find()).isTrue();
    List<ListedRights> rights = new ArrayList<>();
    for (String line : table.group(1).strip().lines().skip(2).toList()) {
      String[] cells = line.split("\\|", 5);
      assertThat(cells).as(line).hasSize(5);
      PatternType pattern =
          cells[3].contains("begin with") ? PatternType.PREFIXED : PatternType.LITERAL;
      for (String operation : List.of(cells[2].strip().split(", ", -1))) {
        Matcher name = QUOTED.matcher(cells[3]);
        while (name.find()) {
          rights.add(
              new ListedRights(
                  cells[1].strip(),
                  operation(operation),
                  type(cells[3].strip()),
                  pattern,
                  name.group(1)));
        }
      }
    }
    assertThat(rights).isNotEmpty();
    return rights;
  }

  private static AclOperation operation(String word) {
    return AclOperation.valueOf(word.replaceAll("(?<=.)([A-Z])", "_$1").toUpperCase(Locale.ROOT));
  }

  private static ResourceType type(String words) {
    if (words.startsWith("topic")) {
      return ResourceType.TOPIC;
    }
    return words.startsWith("group") ? ResourceType.GROUP : ResourceType.TRANSACTIONAL_ID;
  }

  AclBinding to(String user) {
    return new AclBinding(
        new ResourcePattern(type, name, pattern),
        new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
  }
}
