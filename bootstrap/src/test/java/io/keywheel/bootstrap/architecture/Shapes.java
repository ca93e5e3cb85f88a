package io.keywheel.bootstrap.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.ENUMS;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.INTERFACES;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.RECORDS;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.TOP_LEVEL_CLASSES;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.BitSet;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullMarked;

/// Predicates and conditions on types.
final class Shapes {

    private static final DescribedPredicate<JavaClass> FINAL =
            describe("final", type -> type.getModifiers().contains(JavaModifier.FINAL));

    private static final DescribedPredicate<JavaClass> VALUE = describe(
            "final with final fields",
            type -> FINAL.test(type)
                    && type.getFields().stream()
                            .allMatch(field -> field.getModifiers().contains(JavaModifier.FINAL)));

    /// ArchUnit 1.5.0 does not read what a class file permits.
    private static final DescribedPredicate<JavaClass> SEALED =
            describe("sealed", type -> type.reflect().isSealed());

    private static final DescribedPredicate<JavaClass> FUNCTION =
            describe("a functional interface", type -> type.isAnnotatedWith(FunctionalInterface.class));

    static final DescribedPredicate<JavaClass> CLOSED =
            RECORDS.or(ENUMS).or(FINAL).or(SEALED).or(FUNCTION).as("a record, an enum, final, sealed or functional");

    static final DescribedPredicate<JavaClass> INTERFACE_OR_VALUE = INTERFACES
            .or(RECORDS)
            .or(ENUMS)
            .or(VALUE)
            .or(assignableTo(Throwable.class))
            .as("an interface, a record, an enum, an exception or final with final fields");

    static final DescribedPredicate<JavaClass> ALONE = describe(
            "the only public one of its package",
            type -> type.getPackage().getClasses().stream()
                            .filter(TOP_LEVEL_CLASSES)
                            // Of what is nested, an array passes for a class of its own.
                            .filter(other -> !other.isArray())
                            .filter(modifier(JavaModifier.PUBLIC))
                            .count()
                    == 1);

    /// Each of its collections and arrays is a copy, or unmodifiable.
    static final DescribedPredicate<JavaClass> COPYING = describe(
            "copying what it is given",
            type -> type.getFields().stream()
                            .filter(field -> field.getRawType().isArray()
                                    || field.getRawType().isAssignableTo(Collection.class)
                                    || field.getRawType().isAssignableTo(Map.class))
                            .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
                            .count()
                    <= type.getConstructors().stream()
                            .flatMap(made -> made.getMethodCallsFromSelf().stream())
                            .map(call -> call.getTarget().getName())
                            .filter(name -> name.equals("copyOf") || name.startsWith("unmodifiable"))
                            .count());

    static final DescribedPredicate<JavaClass> MUTABLE = describe(
            "mutable",
            type -> type.isArray()
                    || type.getPackageName().equals("java.util.concurrent.atomic")
                    || (type.getPackageName().startsWith("java.util")
                            && !type.isInterface()
                            && (type.isAssignableTo(Collection.class)
                                    || type.isAssignableTo(Map.class)
                                    || type.isAssignableTo(BitSet.class)))
                    || type.isAssignableTo(ThreadLocal.class)
                    || type.isAssignableTo(Appendable.class));

    /// Neither a field of the compiler, nor an array that stays in its class.
    static final DescribedPredicate<JavaField> SHARED = describe(
            "shared",
            field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC)
                    && !(field.getRawType().isArray() && field.getModifiers().contains(JavaModifier.PRIVATE)));

    static final DescribedPredicate<JavaClass> NULL_MARKED = describe(
            "in a package that is null-marked", type -> type.getPackage().isAnnotatedWith(NullMarked.class));

    static final DescribedPredicate<JavaClass> INJECTING = describe(
            "annotations that ask for injection",
            type -> type.isAnnotation()
                    && Set.of("Inject", "Autowired", "Resource", "Singleton", "Component")
                            .contains(type.getSimpleName()));

    private Shapes() {}

    /// Created by a test that extends the contract.
    static DescribedPredicate<JavaClass> testedBy(String contract) {
        return describe(
                "tested by the contract",
                type -> type.getConstructorCallsToSelf().stream()
                        .anyMatch(call -> call.getOriginOwner().isAssignableTo(contract)));
    }
}
