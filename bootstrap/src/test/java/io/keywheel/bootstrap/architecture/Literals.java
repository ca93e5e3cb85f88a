package io.keywheel.bootstrap.architecture;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ConstantInstruction.LoadConstantInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The literals of compiled classes, and the classes with one of them changed.
final class Literals {

    /// @param number counts those of its class, so that two that are alike are told apart
    record Literal(String type, int number, String text) {

        @Override
        public String toString() {
            return type.substring(type.lastIndexOf('.') + 1) + ": " + text;
        }
    }

    private static final String ANOTHER_CLASS = "java.util.zip.CRC32";

    private Literals() {}

    /// All but the words of descriptions, which have blanks, the names of enum constants, and
    /// what the compiler adds.
    static List<Literal> of(Class<?>... types) {
        return Arrays.stream(types).flatMap(Literals::of).toList();
    }

    private static Stream<Literal> of(Class<?> type) {
        var literals = new ArrayList<Literal>();
        Set<String> names = type.isEnum()
                ? Arrays.stream(type.getEnumConstants()).map(Object::toString).collect(Collectors.toSet())
                : Set.of();
        var number = new int[1];
        for (MethodModel method : parsed(type.getName()).methods()) {
            boolean written = !method.methodName().equalsString("valueOf");
            method.code().stream().flatMap(CodeModel::elementStream).forEach(element -> {
                String text = text(element);
                if (text != null) {
                    number[0]++;
                    if (written && !text.contains(" ") && !names.contains(text) && text.matches(".*\\w.*")) {
                        literals.add(new Literal(type.getName(), number[0], text));
                    }
                }
            });
        }
        return literals.stream();
    }

    /// Loads the classes of this package anew, one of them with `literal` changed; null changes none.
    static ClassLoader changing(@Nullable Literal literal) {
        return new ClassLoader(Literals.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                if (!isOfTheRules(name)) {
                    return super.loadClass(name, resolve);
                }
                Class<?> loaded = findLoadedClass(name);
                if (loaded != null) {
                    return loaded;
                }
                byte[] code = literal != null && literal.type().equals(name) ? changed(literal) : bytes(name);
                return defineClass(name, code, 0, code.length);
            }
        };
    }

    private static boolean isOfTheRules(String name) {
        return Stream.of(Rule.class, Surroundings.class, Shapes.class, Uses.class)
                .anyMatch(type -> name.equals(type.getName()) || name.startsWith(type.getName() + "$"));
    }

    private static byte[] changed(Literal literal) {
        var number = new int[1];
        return ClassFile.of()
                .transformClass(
                        parsed(literal.type()),
                        ClassTransform.transformingMethodBodies((CodeBuilder code, CodeElement element) -> {
                            if (text(element) != null && ++number[0] == literal.number()) {
                                change(code, element);
                            } else {
                                code.with(element);
                            }
                        }));
    }

    private static void change(CodeBuilder code, CodeElement element) {
        switch (element) {
            case LoadConstantInstruction load ->
                code.loadConstant(
                        load.constantValue() instanceof String text ? another(text) : ClassDesc.of(ANOTHER_CLASS));
            case InvokeDynamicInstruction concat ->
                code.invokedynamic(DynamicCallSiteDesc.of(
                        concat.bootstrapMethod(),
                        concat.name().stringValue(),
                        concat.typeSymbol(),
                        concat.bootstrapArgs().stream()
                                .map(arg -> arg instanceof String text ? another(text) : arg)
                                .toArray(ConstantDesc[]::new)));
            default -> throw new IllegalStateException("no literal: " + element);
        }
    }

    /// With another last letter.
    private static String another(String text) {
        int last = text.length() - 1;
        while (!Character.isLetterOrDigit(text.charAt(last))) {
            last--;
        }
        return text.substring(0, last) + 'Q' + text.substring(last + 1);
    }

    /// What is literally in an instruction; null for nothing.
    private static @Nullable String text(CodeElement element) {
        return switch (element) {
            case LoadConstantInstruction load when load.constantValue() instanceof String text -> text;
            case LoadConstantInstruction load
            when load.constantValue() instanceof ClassDesc type -> type.descriptorString();
            case InvokeDynamicInstruction concat
            when concat.name().equalsString("makeConcatWithConstants") ->
                concat.bootstrapArgs().stream()
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .map(recipe -> recipe.replace('\1', '*'))
                        .findFirst()
                        .orElse(null);
            default -> null;
        };
    }

    private static ClassModel parsed(String type) {
        return ClassFile.of().parse(bytes(type));
    }

    private static byte[] bytes(String type) {
        String file = type.substring(type.lastIndexOf('.') + 1) + ".class";
        try (InputStream in = Objects.requireNonNull(Literals.class.getResourceAsStream(file))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
