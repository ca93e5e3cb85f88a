package io.keywheel.bootstrap.architecture;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.bootstrap.Sources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Checks all packages that the core references, including references that ArchUnit misses.
class ConstantPoolsTest {

    private static final List<String> VALUES = List.of(
            "java.lang",
            "java.lang.annotation",
            "java.lang.invoke",
            "java.lang.runtime",
            "java.util",
            "java.util.function",
            "java.util.stream",
            "java.time",
            "java.time.chrono", // in what java.time wants and gives, as is the next
            "java.time.temporal",
            "org.jspecify.annotations");

    private static final List<String> CONCURRENCY =
            List.of("java.util.concurrent", "java.util.concurrent.atomic", "java.util.concurrent.locks");

    private static final String FIXTURE = "io.keywheel.bootstrap.architecture.fixture.constantpool";

    @Test
    void domain_references_only_value_packages() throws IOException {
        assertEquals(Set.of(), ConstantPools.strangers(classes("domain"), and(VALUES, "io.keywheel.domain..")));
    }

    @Test
    void application_references_only_values_and_concurrency() throws IOException {
        List<String> own = and(and(VALUES, "io.keywheel.domain.."), "io.keywheel.application..");
        List<String> allowed = Stream.concat(own.stream(), CONCURRENCY.stream()).toList();

        assertEquals(Set.of(), ConstantPools.strangers(classes("application"), allowed));
    }

    @Test
    void constant_pool_check_reports_each_fixture_violation() {
        assertEquals(
                Set.of(
                        "Violations$Cast -> java/sql/Savepoint",
                        "Violations$Name -> java/lang/Class.forName",
                        "Violations$Pattern -> java/sql/Savepoint",
                        "Violations$TypeUse -> io/keywheel/bootstrap/architecture/fixture/constantpool/Foreign",
                        "Violations$Array -> java/sql/Savepoint"),
                ConstantPools.strangers(fixture(), and(VALUES, FIXTURE + ".domain..")));
    }

    private static Path classes(String module) throws IOException {
        return Path.of("..", module, "target", "classes").toRealPath();
    }

    private static Path fixture() {
        return Path.of("target", "test-classes").resolve((FIXTURE + ".domain").replace('.', '/'));
    }

    private static List<String> and(List<String> packages, String another) {
        return Stream.concat(packages.stream(), Stream.of(another)).toList();
    }

    /// The names in the constant pools of compiled classes. ArchUnit 1.5.0 does not see those that only a cast, a
    /// pattern, an array or an annotation on the use of a type has.
    private static final class ConstantPools {

        /// A class in a descriptor, or in a signature, where its type arguments follow.
        private static final Pattern DESCRIBED = Pattern.compile("L([\\w$]+(?:/[\\w$]+)+)[;<]");

        /// These load classes that no constant names.
        private static final Set<String> BY_NAME = Set.of(
                "java/lang/Class.forName",
                "java/lang/ClassLoader.loadClass",
                "java/lang/invoke/MethodHandles$Lookup.findClass",
                "java/lang/Module.getResourceAsStream",
                "java/util/ServiceLoader.load");

        private ConstantPools() {}

        /// The classes outside `packages` that those below `folder` name, as `class -> name`.
        static Set<String> strangers(Path folder, List<String> packages) {
            return Sources.files(folder, ".class").stream()
                    .filter(file -> !file.endsWith("module-info.class"))
                    .map(ConstantPools::parsed)
                    .flatMap(type -> named(type)
                            .filter(name -> !isIn(packages, name))
                            .map(name -> simple(type.thisClass().asInternalName()) + " -> " + name))
                    .collect(toCollection(TreeSet::new));
        }

        private static ClassModel parsed(Path file) {
            try {
                return ClassFile.of().parse(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static Stream<String> named(ClassModel type) {
            var entries = Stream.<PoolEntry>builder();
            type.constantPool().forEach(entries);
            return entries.build().flatMap(ConstantPools::named);
        }

        private static Stream<String> named(PoolEntry entry) {
            return switch (entry) {
                case ClassEntry type when type.asInternalName().startsWith("[") -> described(type.asInternalName());
                case ClassEntry type -> Stream.of(type.asInternalName());
                case Utf8Entry text -> described(text.stringValue());
                case MemberRefEntry member ->
                    Stream.of(member.owner().asInternalName() + "."
                                    + member.name().stringValue())
                            .filter(BY_NAME::contains);
                default -> Stream.empty();
            };
        }

        private static Stream<String> described(String text) {
            return DESCRIBED.matcher(text).results().map((MatchResult found) -> found.group(1));
        }

        private static boolean isIn(List<String> packages, String name) {
            if (BY_NAME.contains(name)) {
                return false;
            }
            String its = name.substring(0, Math.max(0, name.lastIndexOf('/'))).replace('/', '.');
            return packages.stream()
                    .anyMatch(allowed -> allowed.endsWith("..")
                            ? (its + ".").startsWith(allowed.substring(0, allowed.length() - 1))
                            : its.equals(allowed));
        }

        private static String simple(String name) {
            return name.substring(name.lastIndexOf('/') + 1);
        }
    }
}
