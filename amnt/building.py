from django.http import HttpResponse


def building(request, *args, **kwargs):
    return HttpResponse("under construction", status=501)
