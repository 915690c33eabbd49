//! For tests: a GM/T 0016 library with ULONG of 32 bits. Everything is in the kit; here are the exported names.

bidroom_test_device::skf_library!(u32);
