// The source file that the precompiled header is compiled with: CMake needs
// one to make the header for all rooms.
