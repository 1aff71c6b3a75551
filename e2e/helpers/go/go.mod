module kaudit.io/kaudittest

go 1.21
